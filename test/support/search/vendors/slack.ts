import { marked, matching } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { escapeHtml, must } from '../server.ts';
import { readTerms } from '../terms.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const PARAMETERS = ['query', 'count', 'page', 'highlight', 'sort', 'sort_dir', 'team_id'];
const MARKS = { open: '\ue000', close: '\ue001' };

/** A message has no title: here each document is the only message of a channel with its name.
 * @see https://docs.slack.dev/reference/methods/search.messages */
export const slack: Vendor = {
  preset: 'slack',
  origin: 'https://slack.com',
  standIn({ method, url }, { documents }) {
    must(method === 'GET' && pathOf(url) === '/api/search.messages', 'no such place');
    const parameters = readParameters(url, PARAMETERS);
    const query = parameters.get('query') ?? '';
    must(query.trim() !== '', 'no_query');
    must(/^(?:score|timestamp)$/.test(parameters.get('sort') ?? 'score'), 'sort');
    const count = readInteger(parameters.get('count') ?? 20, 1, 100);
    const page = readInteger(parameters.get('page') ?? 1, 1, 100);
    const isMarked = parameters.get('highlight') === 'true';
    const terms = readTerms(query);
    const found = matching(ownDocuments(documents), terms);
    const matches = found.slice((page - 1) * count, page * count).map((document) => {
      // https://docs.slack.dev/messaging/formatting-message-text/#escaping
      const text = escapeHtml(document.body);
      return toMessage(document, isMarked ? marked(text, terms, MARKS.open, MARKS.close) : text);
    });
    const paging = { count, total: found.length, page, pages: Math.ceil(found.length / count) };
    return { json: { ok: true, query, messages: { total: found.length, paging, matches } } };
  },
  errors: [
    [{ ok: false, error: 'token_revoked' }, 'unauthorized'],
    [{ ok: false, error: 'missing_scope', needed: 'search:read', provided: 'identify' }, 'forbidden'],
    [{ ok: false, error: 'ratelimited' }, 'rate_limited'],
    [{ ok: false, error: 'fatal_error' }, 'unavailable'],
  ],
};

function toMessage({ id, title, edited, by }: Document, text: string) {
  const ts = `${Date.parse(edited) / 1000}.000200`;
  return {
    iid: `iid-${id}`,
    team: 'T1',
    channel: { id: `C${id}`, name: title.toLowerCase().replaceAll(' ', '-'), is_private: false },
    type: 'message',
    user: 'U1',
    username: by,
    ts,
    text,
    permalink: `https://contoso.slack.com/archives/C${id}/p${ts.replace('.', '')}`,
  };
}
