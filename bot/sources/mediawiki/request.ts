/** MediaWiki's action API, 1.39 and later. @see https://www.mediawiki.org/wiki/API:Query */

const FORMAT = { action: 'query', format: 'json', formatversion: '2' };

/** Without the extensions PageImages and TextExtracts, the wiki warns and omits their parts. Do not add `rvlimit`: with
 * it, MediaWiki accepts only one page. */
const ABOUT_A_PAGE = {
  prop: 'info|revisions|pageimages',
  inprop: 'url',
  rvprop: 'timestamp|user',
  piprop: 'thumbnail',
  pithumbsize: '320',
  pilimit: '50',
  pilicense: 'any',
};

/** Only the list returns snippets, and only the generator returns page properties. One request for both saves a round
 * trip. The list searches texts (`srwhat=text`). Without `gsrwhat`, the generator searches texts and titles with
 * CirrusSearch, and only titles without it. */
const SEARCH = new URLSearchParams({
  ...FORMAT,
  ...ABOUT_A_PAGE,
  list: 'search',
  srwhat: 'text',
  srinfo: 'totalhits',
  srprop: 'snippet|timestamp',
  generator: 'search',
  gsrinfo: '',
  gsrprop: '',
}).toString();

/** The latest change of each page (`grctoponly`), without bots. */
const RECENT = new URLSearchParams({
  ...FORMAT,
  ...ABOUT_A_PAGE,
  prop: `${ABOUT_A_PAGE.prop}|extracts`,
  rvprop: 'timestamp|user|comment',
  exintro: '1',
  explaintext: '1',
  exchars: '300',
  exlimit: '20',
  generator: 'recentchanges',
  grctype: 'edit|new',
  grcshow: '!bot|!redirect',
  grctoponly: '1',
}).toString();

const PAGE = new URLSearchParams({
  ...FORMAT,
  ...ABOUT_A_PAGE,
  prop: `${ABOUT_A_PAGE.prop}|extracts`,
  redirects: '1',
  exintro: '1',
  explaintext: '1',
  exchars: '300',
  exlimit: '1',
}).toString();

/** MediaWiki's limit. Recent changes have no offset, so the request includes the skipped ones. */
const MAX_CHANGES = 500;

interface ResultWindow {
  skip: number;
  count: number;
}

/** @param namespaces numbers with `|` between
 * @param strings the list's window; `window` is the generator's */
export function searchParameters(text: string, namespaces: string, window: ResultWindow, strings = window): string {
  const requested = {
    srsearch: text,
    srnamespace: namespaces,
    srlimit: String(strings.count),
    sroffset: String(strings.skip),
    gsrsearch: text,
    gsrnamespace: namespaces,
    gsrlimit: String(window.count),
    gsroffset: String(window.skip),
  };
  return `${SEARCH}&${new URLSearchParams(requested)}`;
}

export function recentParameters(namespaces: string, { skip, count }: ResultWindow): string {
  const requested = { grcnamespace: namespaces, grclimit: String(Math.min(skip + count, MAX_CHANGES)) };
  return `${RECENT}&${new URLSearchParams(requested)}`;
}

export function propertiesParameters(numbers: readonly unknown[]): string {
  return new URLSearchParams({ ...FORMAT, ...ABOUT_A_PAGE, pageids: numbers.join('|') }).toString();
}

export function pageParameters(page: { titles: string } | { pageids: string }): string {
  return `${PAGE}&${new URLSearchParams(page)}`;
}
