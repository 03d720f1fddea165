/** Puts what was typed into a literal of a query language, so that it cannot leave the literal (T53). The template has
 * the quotation marks: `siteSearch ~ "{query:cql}"`. */
export interface QueryLanguage {
  /** The marks between which the literal stands, such as `"` and `'`. */
  quotes: readonly string[];
  escape(text: string): string;
}

/** Characters with a meaning in Lucene's parser, which searches a text of JQL, CQL and Elasticsearch.
 * @see https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html */
const LUCENE = /[+\-&|!(){}[\]^"~*?:\\/<>=]/g;
/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm */
const SOSL = /[?&|!{}[\]()^~*:\\"'+-]/g;

const DOUBLE = ['"'];
const SINGLE = ["'"];

function backslashed(text: string, special: RegExp): string {
  return text.replace(special, '\\$&');
}

/** A text in double or single quotation marks, with a text for Lucene in it. `"Phrases"` stay phrases. */
function atlassianText(text: string): string {
  const lucene = text
    .split('"')
    .map((part) => backslashed(part, LUCENE))
    .join(isBalanced(text) ? '"' : ' ');
  return backslashed(lucene, /["'\\]/g);
}

function isBalanced(text: string): boolean {
  return text.split('"').length % 2 === 1;
}

function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

export const QUERY_LANGUAGES = {
  /** Jira. @see https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/ */
  jql: { quotes: [...DOUBLE, ...SINGLE], escape: atlassianText },
  /** Confluence. @see https://developer.atlassian.com/server/confluence/performing-text-searches-using-cql/ */
  cql: { quotes: [...DOUBLE, ...SINGLE], escape: atlassianText },
  /** @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (section 5.1.1.14.1) */
  odata: { quotes: SINGLE, escape: (text) => text.replaceAll("'", "''") },
  /** A phrase. */
  lucene: { quotes: DOUBLE, escape: (text) => backslashed(text, /["\\]/g) },
  /** Google Drive. @see https://developers.google.com/workspace/drive/api/guides/search-files */
  drive: { quotes: SINGLE, escape: (text) => backslashed(text, /['\\]/g) },
  /** Salesforce: `FIND {…}`. */
  sosl: { quotes: ['{'], escape: (text) => backslashed(text, SOSL) },
  /** A string value. @see https://spec.graphql.org/October2021/#sec-String-Value */
  graphql: { quotes: DOUBLE, escape: jsonText },
  /** JSON inside a text. @see RFC 8259 section 7 */
  json: { quotes: DOUBLE, escape: jsonText },
} as const satisfies Record<string, QueryLanguage>;

export type QueryLanguageName = keyof typeof QUERY_LANGUAGES;

/** The mark that is open at the end of a text. A backslash covers the next character.
 * @param marks those that count: quotation marks, or `{` */
export function openQuote(text: string, marks: readonly string[] = [...DOUBLE, ...SINGLE]): string | undefined {
  let open: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (open === undefined) open = marks.includes(character) ? character : undefined;
    else if (character === (open === '{' ? '}' : open)) open = undefined;
  }
  return open;
}
