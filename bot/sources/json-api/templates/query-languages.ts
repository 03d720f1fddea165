import { readTerms } from '../../typed-query.ts';

/** Escapes typed text for a literal of a query language, so that it cannot leave the literal (T53). The template has
 * the quotation marks: `siteSearch ~ "{query:cql}"`. */
interface QueryLanguage {
  /** Where `{query:<language>}` may stand, for an error message. */
  place: string;
  /** @param before the part of the template before the place */
  isPlace(before: string): boolean;
  escape(text: string): string;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const CONTROLS = /[\p{Cc}\p{Cs}]+/gu;
/** Characters with a meaning in Lucene's parser, which searches a text of JQL and CQL.
 * @see https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html */
const LUCENE = /[+\-&|!(){}[\]^"~*?:\\/]/g;
/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm */
const SOSL = /[?&|!{}[\]()^~*:\\"'+-]/g;
/** An analyzer splits a word at these, so that it needs a phrase. */
const SEPARATOR = /[+&|!(){}[\]^~*?:\\/]/;

function backslashed(text: string, special: RegExp): string {
  return text.replace(special, '\\$&');
}

/** JQL accepts no control and no non-characters. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufdd0-\ufdef\ufffe\uffff]+/gu, ' ');
}

/** Words and "phrases". A word such as `AT&T` becomes a phrase.
 * @param isOperator words that need quotation marks */
function textQuery(text: string, special: RegExp, isOperator: RegExp): string {
  return readTerms(text)
    .filter((term) => LETTER_OR_DIGIT.test(term.text))
    .map(({ text: term, isPhrase }) => {
      const escaped = backslashed(term, special);
      return isPhrase || SEPARATOR.test(term) || isOperator.test(term) ? `"${escaped}"` : escaped;
    })
    .join(' ');
}

/** A string in double or single quotation marks, with a text for Lucene in it. */
function atlassianText(text: string): string {
  return backslashed(textQuery(withoutControls(text), LUCENE, /^(?:AND|OR|NOT)$/), /["'\\]/g);
}

/** `project = HR and text ~ "`: another operator has no text for Lucene, and a nested mark is another literal. */
function isAtlassianText(before: string): boolean {
  const [, mark] = /~\s*(["'])$/.exec(before) ?? [];
  return mark !== undefined && openMark(before, ['"', "'"]) === mark;
}

function jsonText(text: string): string {
  return JSON.stringify(text.replace(/\p{Cs}/gu, '\ufffd')).slice(1, -1);
}

/** In Drive's texts "phrases" have quotation marks. */
function withoutLonelyQuote(text: string): string {
  const at = text.split('"').length % 2 === 0 ? text.lastIndexOf('"') : -1;
  return at < 0 ? text : `${text.slice(0, at)} ${text.slice(at + 1)}`;
}

/** `FIND {`, without an inner phrase. */
function isSoslText(before: string): boolean {
  return /\bFIND\s*\{(?:[^{}"\\]|\\.)*$/i.test(before);
}

const GRAPHQL_TOKEN = /"""(?:\\"""|(?!""")[\s\S])*(?:"""|$)|#[^\n\r]*|"(?:[^"\\\n\r]|\\.)*"(?!")/g;

/** Block strings have other escapes. Comments may have quotation marks. */
function isGraphqlString(before: string): boolean {
  return openMark(before.replace(GRAPHQL_TOKEN, ''), ['"']) === '"';
}

/** Not the name of the parameter: `sysparm_query=`. */
const SERVICENOW_OPERATOR =
  /(?:[=^][\w.]+(?:!?=|LIKE|STARTSWITH|ENDSWITH|CONTAINS)|^[\w.]+(?:LIKE|STARTSWITH|ENDSWITH|CONTAINS))$/;

/** `^` separates conditions, and the documented `^^` is not read by every release. A value that begins with
 * `javascript:` is a script. */
function servicenowValue(text: string): string {
  return text
    .replace(/\^+/g, ' ')
    .replace(CONTROLS, ' ')
    .trim()
    .replace(/^javascript\s*:/i, 'javascript ');
}

export const QUERY_LANGUAGES = {
  /** Jira. @see https://confluence.atlassian.com/jiracoreserver/search-syntax-for-text-fields-939937710.html */
  jql: {
    place: 'directly after ~ and a quotation mark: ~ "{query:jql}"',
    isPlace: isAtlassianText,
    escape: atlassianText,
  },
  /** Confluence. @see https://developer.atlassian.com/cloud/confluence/performing-text-searches-using-cql/ */
  cql: {
    place: 'directly after ~ and a quotation mark: ~ "{query:cql}"',
    isPlace: isAtlassianText,
    escape: atlassianText,
  },
  /** @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (section 5.1.1.14.1) */
  odata: {
    place: "after an open '",
    isPlace: (before) => before.split("'").length % 2 === 0,
    escape: (text) => text.replaceAll("'", "''"),
  },
  /** A phrase of Lucene, Elasticsearch or Solr. */
  lucene: {
    place: 'after an open "',
    isPlace: (before) => openMark(before, ['"']) === '"',
    escape: (text) => backslashed(text, /["\\]/g),
  },
  /** Google Drive. @see https://developers.google.com/workspace/drive/api/guides/search-files */
  drive: {
    place: 'after an open \', without a " between',
    isPlace: (before) => openMark(before, ["'"]) === "'" && !/"(?:[^'\\]|\\.)*$/.test(before),
    escape: (text) => backslashed(withoutLonelyQuote(text), /['\\]/g),
  },
  /** Salesforce: `FIND {…}`. `and`, `or` and `not` are operators in any case. */
  sosl: {
    place: 'in FIND {…}',
    isPlace: isSoslText,
    escape: (text) => textQuery(text.replace(CONTROLS, ' '), SOSL, /^(?:and|or|not)$/i),
  },
  /** A string value. @see https://spec.graphql.org/September2025/#sec-String-Value */
  graphql: { place: 'after an open "', isPlace: isGraphqlString, escape: jsonText },
  /** JSON inside a text. @see RFC 8259 section 7 */
  json: { place: 'after an open "', isPlace: (before) => openMark(before, ['"']) === '"', escape: jsonText },
  /** The value of a condition of an encoded query: `short_descriptionLIKE…`.
   * @see https://www.servicenow.com/docs/r/yokohama/platform-user-interface/c_EncodedQueryStrings.html */
  servicenow: {
    place: 'after a field and =, !=, LIKE, STARTSWITH, ENDSWITH or CONTAINS',
    isPlace: (before) => SERVICENOW_OPERATOR.test(before),
    escape: servicenowValue,
  },
} as const satisfies Record<string, QueryLanguage>;

export type QueryLanguageName = keyof typeof QUERY_LANGUAGES;

export function isQueryLanguage(name: string): name is QueryLanguageName {
  return Object.hasOwn(QUERY_LANGUAGES, name);
}

/** The quotation mark that is open at the end of a text.
 * @param escapeCharacter the next character after it is no mark; empty if the language has no such character */
export function openMark(text: string, marks: readonly string[], escapeCharacter = '\\'): string | undefined {
  let open: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === escapeCharacter) at++;
    else if (open === undefined) open = marks.includes(character) ? character : undefined;
    else if (character === open) open = undefined;
  }
  return open;
}
