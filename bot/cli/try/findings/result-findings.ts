import type { SourceConfig } from '../../../config/source-types.ts';
import { labelOf } from '../../../platform/json.ts';
import { parsePointer } from '../../../platform/json-pointer.ts';
import { safeUrl } from '../../../platform/safe-url.ts';
import type { SourceItem } from '../../../sources/source.ts';
import type { LookupRun, SearchRun } from '../searches.ts';
import type { AnswerTrace, SettingTrace } from '../settings-trace.ts';
import { type Finding, isFinding } from './finding.ts';

interface ResultContext {
  source: SourceConfig;
  first: SearchRun;
  items: readonly SourceItem[];
  trace: AnswerTrace | undefined;
  linkOrigins: ReadonlySet<string>;
}

/** The mistakes that results show. Each function is one mistake. */
export function resultFindings(context: ResultContext): Finding[] {
  const found = [
    unreadItem(context),
    linkOutside(context),
    markupInTitle(context),
    markupInSnippet(context),
    hitsNotMarked(context),
    slow(context),
  ];
  return [...missingFields(context.source, context.trace, context.first), ...found.filter(isFinding)];
}

/** Settings that found nothing in all items, or in the answer. */
export function missingFields(source: SourceConfig, trace: AnswerTrace | undefined, run: SearchRun): Finding[] {
  if (source.type !== 'http' || !trace) return [];
  return trace.settings.filter(({ setting, isMissing }) => isMissing && isExpected(setting, run)).map(missingField);
}

/** The last page names no next one. */
function isExpected(setting: string, { page, query }: SearchRun): boolean {
  if (!setting.endsWith('.next')) return true;
  const isFull = (page?.items.length ?? 0) >= query.count;
  return isFull && page?.total !== page?.items.length;
}

function missingField({ setting, pointer, place, nearest }: SettingTrace): Finding {
  const among = place === 'item' ? 'in any item' : 'in the answer';
  return {
    id: 'pointer-finds-nothing',
    severity: /\.(title|url)$/.test(setting) && !setting.includes('facts') ? 'error' : 'warning',
    field: setting,
    what: `${pointer || 'The empty pointer'} finds no value ${among}`,
    fix:
      nearest.length > 0
        ? `The nearest that exist: ${nearest.join(', ')}`
        : 'Compare it with the documentation of the API',
  };
}

/** Some items lack what a result needs. */
function unreadItem({ source, first }: ResultContext): Finding | undefined {
  const unread = first.page?.unread;
  if (unread === undefined || source.type !== 'http') return undefined;
  const [field = ''] = /^[\w.[\]]+/.exec(unread) ?? [];
  return {
    id: 'item-unreadable',
    severity: 'warning',
    field: `source.${field}`,
    what: `Users do not see every item: ${unread}`,
    fix: 'Each item needs a title and an address: write settings that every item has',
  };
}

/** T51: a card leads only to origins that the configuration names. */
function linkOutside({ source, items, linkOrigins }: ResultContext): Finding | undefined {
  const outside = items.find(({ url }) => safeUrl(url, linkOrigins) === undefined);
  if (!outside) return undefined;
  const origin = URL.canParse(outside.url) ? new URL(outside.url).origin : 'no address';
  const isApi = URL.canParse(source.url) && origin === new URL(source.url).origin;
  return {
    id: 'link-outside',
    severity: 'error',
    field: 'source.linkOrigins',
    what: `The link of a result leads to ${origin}, which is not among ${[...linkOrigins].join(', ') || 'the link origins'}. The card drops it`,
    fix: isApi
      ? 'Write source.fields.url or source.linkBase, so that links lead to the pages for people'
      : `Add ${JSON.stringify(origin)} to source.linkOrigins, if people read the items there; otherwise correct source.fields.url or source.linkBase`,
  };
}

const TAG = /<\/?[a-z][\w.:-]*(?:\s[^<>]*)?\/?>/i;
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,6});/i;

function markupInTitle({ source, items }: ResultContext): Finding | undefined {
  const title = items.map((item) => item.title).find((each) => TAG.test(each) || ENTITY.test(each));
  if (title === undefined) return undefined;
  return {
    id: 'markup-in-title',
    severity: 'warning',
    field: source.type === 'http' ? 'source.fields.title' : 'source',
    what: `Users see ${TAG.test(title) ? 'HTML' : 'HTML entities'} in a title: ${title}`,
    fix: 'Point source.fields.title to a member without markup',
  };
}

function markupInSnippet({ source, items }: ResultContext): Finding | undefined {
  if (source.type !== 'http' || source.format === 'html') return undefined;
  const text = items.map(({ snippet }) => snippet.map((part) => part.text).join('')).find((each) => TAG.test(each));
  if (text === undefined) return undefined;
  return {
    id: 'markup-in-snippet',
    severity: 'warning',
    field: 'source.format',
    what: `Users see HTML in the excerpt: ${text.slice(0, 200)}`,
    fix: '"format": "html"',
  };
}

/** Texts that APIs put around a match. */
const OPENINGS =
  /(?:<[^<>]{1,60}>|\[{1,3}(?:\w{1,20}\])?|\{{1,3}(?:\w{1,20}\})?|@@@?\w*@@@?|[*_~=|#^$%]{1,4}|[\u0001-\u001f\ue000-\uf8ff]+)$/u;
const CLOSINGS =
  /^(?:<\/?[^<>]{1,60}>|(?:\[\/\w{1,20})?\]{1,3}|(?:\{\/?\w{1,20})?\}{1,3}|@@@?\w*@@@?|[*_~=|#^$%]{1,4}|[\u0001-\u001f\ue000-\uf8ff]+)/u;

/** The API marks the words of the query in a way that the bot does not know. */
function hitsNotMarked({ source, items, trace, first }: ResultContext): Finding | undefined {
  if (source.type !== 'http' || source.fields.snippet === undefined || source.fields.snippet.includes('{/'))
    return undefined;
  if (items.some(({ snippet }) => snippet.some(({ hit }) => hit))) return undefined;
  const at = parsePointer(source.fields.snippet);
  const texts = (trace?.items ?? []).map((item) => labelOf(at(item)).slice(0, 16_000));
  const marks = texts.flatMap((text) => marksIn(text, first.query.text)).at(0);
  if (!marks) return undefined;
  return {
    id: 'hits-not-marked',
    severity: 'warning',
    field: source.format === 'text' && /^<(?:em|mark|b|strong)\b/i.test(marks.open) ? 'source.format' : 'source.marks',
    what: `The API marks matches with ${marks.open} and ${marks.close}, which the bot does not know`,
    fix: `"marks": { "open": ${JSON.stringify(marks.open)}, "close": ${JSON.stringify(marks.close)} }`,
  };
}

function marksIn(text: string, query: string): { open: string; close: string }[] {
  const words = query.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const lower = text.toLowerCase();
  return words.flatMap((word) => {
    const start = lower.indexOf(word);
    if (start < 0) return [];
    const [open] = OPENINGS.exec(text.slice(Math.max(0, start - 64), start)) ?? [];
    const [close] = CLOSINGS.exec(text.slice(start + word.length, start + word.length + 64)) ?? [];
    return open !== undefined && close !== undefined ? [{ open, close }] : [];
  });
}

/** The bot answers Teams within 4 seconds, and needs some of them itself. */
const SLOW_MS = 3_500;

function slow({ first }: ResultContext): Finding | undefined {
  const { duration = 0 } = first.exchange ?? {};
  if (duration < SLOW_MS) return undefined;
  return {
    id: 'slow',
    severity: 'warning',
    field: 'source.url',
    what: `The API needs ${(duration / 1000).toFixed(1)} seconds. A search in Teams ends after 4 seconds`,
    fix: 'Ask for fewer fields, or search a smaller part of the system',
  };
}

const PLACES = ['skip', 'page', 'cursor'] as const;

/** The second page has items of the first, or does not come. */
export function pagingFindings(source: SourceConfig, first: SearchRun, second: SearchRun | undefined): Finding[] {
  if (!second) return [];
  const [before, after] = [first.page?.items ?? [], second.page?.items ?? []];
  const known = new Set(before.map(({ url }) => url));
  const again = after.filter(({ url }) => known.has(url));
  if (again.length === 0) return lostPage(source, first, second);
  const isSame = again.length === after.length;
  return [
    {
      id: 'paging-repeats',
      severity: 'error',
      field: pagingField(source),
      what: isSame
        ? `The second page has the results of the first: the API ignores ${placeOf(source)}`
        : `The second page repeats ${again.length} of ${after.length} results of the first`,
      fix: `Compare ${placeOf(source)} with the documentation of the API: its name, whether it counts results or pages, and firstPage`,
    },
  ];
}

/** The page that the API announced does not come. */
function lostPage(source: SourceConfig, first: SearchRun, { page, error }: SearchRun): Finding[] {
  const total = first.page?.total ?? 0;
  const isLost = page && page.items.length === 0 && total > first.query.count;
  if (!error && !isLost) return [];
  return [
    {
      id: 'paging-fails',
      severity: 'error',
      field: pagingField(source),
      what: error
        ? `The second page fails: ${error.message}`
        : `The API counts ${total} results, and the second page is empty`,
      fix: `Compare ${placeOf(source)} with the documentation of the API`,
    },
  ];
}

function templatesOf(source: SourceConfig): { url: string; body: string; next: boolean } {
  if (source.type !== 'http') return { url: '', body: '', next: false };
  return { url: source.url, body: JSON.stringify(source.body ?? ''), next: source.next !== undefined };
}

function placeOf(source: SourceConfig): string {
  const { url, body, next } = templatesOf(source);
  const place = PLACES.find((each) => `${url}${body}`.includes(`{${each}}`));
  return place ? `{${place}}` : next ? 'next' : 'the paging';
}

function pagingField(source: SourceConfig): string {
  const { url, body, next } = templatesOf(source);
  const has = (text: string) => PLACES.some((each) => text.includes(`{${each}}`));
  if (has(url)) return 'source.url';
  if (has(body)) return 'source.body';
  return next ? 'source.next' : 'source';
}

/** A pasted link becomes a card only if the source finds its page. */
export function lookupFindings(
  source: SourceConfig,
  lookup: LookupRun | undefined,
  traces: readonly SettingTrace[],
): Finding[] {
  if (!lookup) return [];
  const field = (name: string) => (source.type === 'http' ? `source.page.${name}` : 'source');
  const { url, item, error, exchange } = lookup;
  const status = exchange?.response?.status;
  if (error)
    return [
      {
        id: 'link-lookup-failed',
        severity: 'error',
        field: field('url'),
        what: `The bot cannot look up the link of the first result: ${error.message}`,
        fix: 'Compare source.page.url with the documentation of the API',
      },
    ];
  if (item === undefined && exchange?.response?.status !== 200)
    return [
      {
        id: 'link-unknown',
        severity: 'error',
        field: field('link'),
        what: `The link of the first result, ${url}, does not match page.link: the link becomes no card when people paste it`,
        fix: 'Write page.link as the links of the results are, with {id} for what page.url needs',
      },
    ];
  if (item === undefined)
    return [
      {
        id: 'page-unread',
        severity: 'error',
        field: field('fields'),
        what: 'The answer to the lookup of the link has no title',
        fix: traces.find((each) => each.isMissing)?.nearest.length
          ? `The answer has ${traces.find((each) => each.isMissing)?.nearest.join(', ')}`
          : 'Compare page.item and page.fields with the answer',
      },
    ];
  if (item === null)
    return [
      {
        id: 'link-not-found',
        severity: 'error',
        field: field('url'),
        what: `The API finds no page for the link of the first result (${status ?? 'no request'})`,
        fix: 'Compare page.url with the documentation of the API, and {id} with what page.link cuts out of the link',
      },
    ];
  return traces.filter(({ isMissing }) => isMissing).map(missingField);
}

/** @param status of a request for the link without credentials */
export function linkStatusFindings(source: SourceConfig, url: string, status: number | undefined): Finding[] {
  if (status !== 404 && status !== 410) return [];
  return [
    {
      id: 'link-answers-404',
      severity: 'warning',
      field:
        source.type === 'http'
          ? source.linkBase === undefined
            ? 'source.fields.url'
            : 'source.linkBase'
          : 'source.url',
      what: `The link of the first result answers ${status} without credentials: ${url}`,
      fix: 'Open it in a browser where you are signed in. If it is not found there, correct source.fields.url or source.linkBase',
    },
  ];
}
