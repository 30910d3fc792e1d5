// V8 makes a part of a text a view that keeps the whole of it alive. Whoever keeps a part of a frame for long wants a text of its own.

/** The same text, held by nothing else. */
export function ownText(text: string): string {
  const copy = Buffer.from(text).toString();
  // Half a surrogate pair does not survive the way through UTF-8.
  return copy === text ? copy : text;
}
