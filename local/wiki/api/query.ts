import type { TokenUser } from '../access-token.ts';
import { type Page, plainText } from '../content/page.ts';
import type { Hits, SearchIndex } from '../search/search-index.ts';
import { PROPERTIES, properties, timestamp } from './page-properties.ts';
import { ApiError, type Params } from './params.ts';

export interface Wiki {
  origin: string;
  pages: Page[];
  index: SearchIndex;
}

interface Generated {
  pages: Page[];
  /** Ranks, only with `generator=search`. */
  index?: Map<number, number>;
  next?: Record<string, string | number>;
}

const MAX_LIMIT = 500;
const HIT_PROPERTIES = ['snippet', 'timestamp', 'size', 'wordcount'];

/** `list=search`, `generator=search`, `generator=recentchanges` and page properties.
 * @see https://www.mediawiki.org/wiki/API:Query */
export function query(wiki: Wiki, params: Params, reader: TokenUser): Record<string, unknown> {
  const listed = params.several('list', ['search']).includes('search') ? search(wiki, params, reader, 'sr') : undefined;
  const generated = generate(wiki, params, reader);
  const pages = generated ? pagesOf(wiki, generated, params) : named(wiki, params, reader);
  const next = { ...listed?.next, ...generated?.next };
  return {
    ...(Object.keys(next).length > 0
      ? { continue: { ...next, continue: continueOf(next, params) } }
      : { batchcomplete: true }),
    ...params.warnings(),
    query: {
      ...(listed && { searchinfo: { totalhits: listed.total } }),
      ...(listed && { search: listed.hits.map((hit) => listedHit(hit, listed.wanted)) }),
      ...(pages && pages.length > 0 && { pages }),
    },
  };
}

/** `titles=` or `pageids=`. As with MediaWiki's Lockdown, unreadable pages are missing. */
function named(wiki: Wiki, params: Params, reader: TokenUser): Record<string, unknown>[] | undefined {
  const [title, id] = [params.text('titles'), params.text('pageids')];
  if (title === undefined && id === undefined) return undefined;
  params.flag('redirects');
  const page = wiki.pages.find((each) => (title === undefined ? String(each.id) === id : each.title === title));
  if (page && (reader.editor || !page.restricted)) return properties([page], params, wiki.origin);
  return [title === undefined ? { pageid: Number(id), missing: true } : { ns: 0, title, missing: true }];
}

function generate(wiki: Wiki, params: Params, reader: TokenUser): Generated | undefined {
  const name = params.text('generator');
  if (name === undefined) return undefined;
  if (name === 'recentchanges') return recentChanges(wiki, params, reader);
  if (name !== 'search') throw new ApiError('badvalue', `Unrecognized value for parameter "generator": ${name}.`);
  const found = search(wiki, params, reader, 'gsr');
  const index = new Map(found.hits.map((hit, at) => [hit.page.id, found.offset + at + 1]));
  return { pages: found.hits.map((hit) => hit.page), index, next: found.next };
}

/** @param prefix `sr` for the list, `gsr` for the generator */
function search(wiki: Wiki, params: Params, reader: TokenUser, prefix: 'sr' | 'gsr') {
  const text = params.required(`${prefix}search`);
  const limit = params.integer(`${prefix}limit`, { standard: 10, min: 1, max: MAX_LIMIT });
  const offset = params.integer(`${prefix}offset`, { standard: 0, min: 0, max: 1e9 });
  params.text(`${prefix}namespace`);
  params.one(`${prefix}what`, ['text', 'title', 'nearmatch'], 'text');
  params.several(`${prefix}info`, ['totalhits', 'suggestion', 'rewrittenquery']);
  const wanted = params.several(`${prefix}prop`, HIT_PROPERTIES, HIT_PROPERTIES.join('|'));
  const found: Hits = wiki.index.search(text, { editor: reader.editor, offset, limit });
  const more = offset + limit < found.total;
  return { ...found, offset, wanted, next: more ? { [`${prefix}offset`]: offset + limit } : {} };
}

function listedHit({ page, snippet }: Hits['hits'][number], wanted: string[]): Record<string, unknown> {
  const text = plainText(page);
  const all: Record<string, unknown> = {
    snippet,
    timestamp: timestamp(page),
    size: Buffer.byteLength(text),
    wordcount: text.split(/\s+/).length,
  };
  return { ns: 0, title: page.title, pageid: page.id, ...Object.fromEntries(wanted.map((name) => [name, all[name]])) };
}

/** One change per page (`grctoponly`). Every change matches the other filters. */
function recentChanges(wiki: Wiki, params: Params, reader: TokenUser): Generated {
  const limit = params.integer('grclimit', { standard: 10, min: 1, max: MAX_LIMIT });
  const from = params.text('grccontinue');
  params.text('grcnamespace');
  params.flag('grctoponly');
  params.several('grctype', ['edit', 'new', 'external', 'log', 'categorize']);
  params.several('grcshow', ['!bot', 'bot', '!minor', 'minor', '!anon', 'anon', '!redirect', 'redirect']);
  const changes = wiki.pages
    .filter((page) => reader.editor || !page.restricted)
    .toSorted((a, b) => b.edit.at.getTime() - a.edit.at.getTime() || b.id - a.id);
  const start =
    from === undefined
      ? 0
      : Math.max(
          0,
          changes.findIndex((page) => changeKey(page) === from),
        );
  const after = changes[start + limit];
  return { pages: changes.slice(start, start + limit), next: after ? { grccontinue: changeKey(after) } : {} };
}

/** Time and page number: `20260131123456|42`. */
function changeKey(page: Page): string {
  return `${page.edit.at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}|${page.id}`;
}

/** Sorts by page number, like MediaWiki. */
function pagesOf(wiki: Wiki, { pages, index }: Generated, params: Params): Record<string, unknown>[] {
  const sorted = pages.toSorted((a, b) => a.id - b.id);
  return properties(sorted, params, wiki.origin).map((values, at) => {
    const rank = index?.get(sorted[at]?.id ?? 0);
    return rank === undefined ? values : { ...values, index: rank };
  });
}

function continueOf(next: Record<string, unknown>, params: Params): string {
  const generator = Object.keys(next).find((name) => name.startsWith('g'));
  const done = generator ? params.several('prop', PROPERTIES) : [];
  return `${generator ?? '-'}||${done.join('|')}`;
}
