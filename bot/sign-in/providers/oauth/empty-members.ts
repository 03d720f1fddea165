/** Where such a member may be: most answers have none, and are not read twice. */
const EMPTY_MEMBER = /:\s*(?:null|"")\s*[,}]/;

/** A provider's JSON without its members that are `null` or `""`. Many providers write an absent member so
 * (`"refresh_token": null`), which openid-client refuses. A text that is no JSON object is returned unchanged. */
export function withoutEmptyMembers(text: string): string {
  if (!EMPTY_MEMBER.test(text)) return text;
  const answer = parseObject(text);
  if (!answer) return text;
  return JSON.stringify(Object.fromEntries(Object.entries(answer).filter((member) => !isEmpty(member))));
}

/** GitHub grants no scope at all with an empty `scope`: whether it counts is for the provider to say. */
function isEmpty([name, value]: [string, unknown]): boolean {
  return value === null || (value === '' && name !== 'scope');
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // The reader of the answer reports it.
  }
}
