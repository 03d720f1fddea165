/** Forms of a noun by the language's plural categories (CLDR); `#` stands for the number. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Says how many, with the form that the language has for that number, in the digits that it writes. */
export function pluralFormatter(language: string, forms: Forms): (n: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n) => (forms[rules.select(n)] ?? forms.other).replace('#', digits.format(n));
}

/** Names in a row, with the language's own commas and “and”. */
export function listFormatter(language: string): (names: readonly string[]) => string {
  const format = new Intl.ListFormat(language, { type: 'conjunction' });
  return (names) => format.format(names);
}
