/** By CLDR plural category. `#` stands for the number. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The rules are built when first used: a start loads ten catalogues and uses one. */
export function pluralFormatter(language: string, forms: Forms): (n: number) => string {
  let formats: { rules: Intl.PluralRules; digits: Intl.NumberFormat } | undefined;
  return (n) => {
    formats ??= { rules: new Intl.PluralRules(language), digits: new Intl.NumberFormat(language) };
    return (forms[formats.rules.select(n)] ?? forms.other).replace('#', formats.digits.format(n));
  };
}

export function listFormatter(language: string): (names: readonly string[]) => string {
  let format: Intl.ListFormat | undefined;
  return (names) => {
    format ??= new Intl.ListFormat(language, { type: 'conjunction' });
    return format.format(names);
  };
}
