/** An object of JSON: no array, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member's value; `undefined` where Teams wrote the member and left it empty: `null`, `""` or `{}`. Clients differ in
 * how they write a member that they have no value for. */
export function present(value: unknown): unknown {
  const isEmpty = value === null || value === '' || (isRecord(value) && Object.keys(value).length === 0);
  return isEmpty ? undefined : value;
}

/** Its members, for what may be none. */
export function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
