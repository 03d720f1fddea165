/** By CLDR plural category. `#` stands for the number. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function pluralFormatter(language: string, forms: Forms): (n: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n) => (forms[rules.select(n)] ?? forms.other).replace('#', digits.format(n));
}

export function listFormatter(language: string): (names: readonly string[]) => string {
  const format = new Intl.ListFormat(language, { type: 'conjunction' });
  return (names) => format.format(names);
}
