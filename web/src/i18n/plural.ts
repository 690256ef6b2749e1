// How languages count.

/** What a language makes of a number: of all its forms it needs those that its rules tell apart, and always other. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Picks the form of a number as a language wants it, with the number in the place of "#". */
export function counting(language: string, type: Intl.PluralRuleType = "cardinal"): (n: number, forms: Forms) => string {
  let rules: Intl.PluralRules | undefined; // making one takes longer than what is asked of it
  return (n, forms) => (forms[(rules ??= new Intl.PluralRules(language, { type })).select(n)] ?? forms.other).replace("#", String(n));
}
