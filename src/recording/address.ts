// An address as it may be shown and stored.

/** The address without what may be secret in it: user, password, query, and path segments as long as a key. */
export function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/[^/]{32,}/g, '***')}`;
}
