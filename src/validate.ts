// Turns a failed check of options into the TypeError a programmer needs: which option, what it must be, never the value of a secret.
import * as v from 'valibot';

/** The checked value with its defaults. @throws TypeError that names what is wrong, as in `options.url must be a ws: or wss: URL`. */
export function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  name: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const where = path === null ? name : `${name}.${path}`;
  throw new TypeError(
    issue.type === 'strict_object' && issue.expected === 'never'
      ? `${where} is not an option`
      : `${where} ${wording(issue)}`,
  );
}

function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.message.startsWith('must ')) return issue.message;
  const got = issue.received === undefined ? '' : `, got ${typeOf(issue.input)}`;
  return `must be ${issue.expected ?? issue.message}${got}`;
}

/** What kind of thing it is, without showing it: options can hold keys. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
