import { withPrefixMatch } from '../typed-query.ts';

export interface OpensearchFields {
  title: string;
  body: string;
  url?: string | undefined;
  image?: string | undefined;
  /** A date. Without it, the source has no recent items. */
  edited?: string | undefined;
  by?: string | undefined;
}

interface Paging {
  from: number;
  size: number;
}

/** Control characters, so that no document can fake a match. */
export const MARKS = { open: '\u0002', close: '\u0003' };
const SNIPPET = 300;

/** Requires all words. This query parser never fails. The words contain no operators (T53). */
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

export function baseRequest(paging: Paging, fields: OpensearchFields): Record<string, unknown> {
  const shown = Object.values(fields).filter((field) => field !== undefined);
  return { ...paging, _source: shown };
}
