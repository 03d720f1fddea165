/** Names in a row, with the language's own commas and “and”. */
export function listFormatter(language: string): (names: readonly string[]) => string {
  const format = new Intl.ListFormat(language, { type: 'conjunction' });
  return (names) => format.format(names);
}
