/** An object of JSON: no array, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member's value; `undefined` where Teams wrote the member and left it empty: `null`, `""` or `{}`. Clients differ in
 * how they write a member that they have no value for. */
export function present(value: unknown): unknown {
  const isEmpty = value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
  return isEmpty ? undefined : value;
}

/** Its members, for what may be none. */
export function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
