interface Condition {
  /** `OR`, `NQ` or nothing. */
  joint: string;
  field: string;
  operator: string;
  value: string;
}

/** An encoded query. A release that does not read `^^` as an escape takes it for two separators, and refuses.
 * @throws {Error} for a condition without an operator */
export function parseServicenow(text: string): Condition[] {
  return text.split('^').map((condition) => {
    const [, joint = '', field, operator, value = ''] =
      /^(OR|NQ)?([a-z_.]+)(!=|=|LIKE|STARTSWITH|ENDSWITH|CONTAINS)([\s\S]*)$/.exec(condition) ?? [];
    if (field === undefined || operator === undefined) throw new Error(`No condition: ${condition}`);
    if (/^\s*javascript:/i.test(value)) throw new Error(`A script: ${value}`);
    return { joint, field, operator, value };
  });
}
