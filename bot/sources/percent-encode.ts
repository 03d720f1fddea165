/** As one segment of a path, or one value in a query. By URLSearchParams, which takes half a surrogate pair too. */
export function percentEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length).replaceAll('+', '%20');
}
