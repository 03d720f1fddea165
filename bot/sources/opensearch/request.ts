import { withPrefixMatch } from '../search-text.ts';

/** Where in a document what is; dots lead into objects: `page.title`. */
export interface OpensearchFields {
  title: string;
  body: string;
  url?: string | undefined;
  image?: string | undefined;
  /** A date; without it there is nothing that changed lately. */
  edited?: string | undefined;
  by?: string | undefined;
}

interface Paging {
  from: number;
  size: number;
}

/** What stands around a match: characters that no text has, so that a document can't pretend to match. */
export const MARKS = { open: '\u0002', close: '\u0003' };
const SNIPPET = 300;

/** All words, in title or text, by the parser that never fails. It may use no operator but those set here: the words
 * hold none (T53). */
export function searchRequest(text: string, paging: Paging, fields: OpensearchFields): Record<string, unknown> {
  const { title, body } = fields;
  return {
    ...baseRequest(paging, fields),
    query: {
      simple_query_string: {
        query: withPrefixMatch(text, '|'),
        fields: [`${title}^3`, body],
        default_operator: 'and',
        flags: 'PHRASE|PREFIX|OR|PRECEDENCE|WHITESPACE',
      },
    },
    highlight: {
      pre_tags: [MARKS.open],
      post_tags: [MARKS.close],
      require_field_match: false,
      fields: { [body]: { fragment_size: SNIPPET, number_of_fragments: 1, no_match_size: SNIPPET } },
    },
  };
}

/** The same question without snippets of what matched. */
export function withoutHighlight({ highlight: _, ...request }: Record<string, unknown>): Record<string, unknown> {
  return request;
}

export function recentRequest(paging: Paging, fields: OpensearchFields): Record<string, unknown> {
  const { edited = '_doc' } = fields;
  return {
    ...baseRequest(paging, fields),
    query: { match_all: {} },
    sort: [{ [edited]: { order: 'desc', unmapped_type: 'date' } }],
  };
}

/** Only the fields that are shown come along. */
export function baseRequest(paging: Paging, fields: OpensearchFields): Record<string, unknown> {
  const shown = Object.values(fields).filter((field) => field !== undefined);
  return { ...paging, _source: shown };
}
