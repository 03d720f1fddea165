/** The questions put to MediaWiki's action API (1.39 and later), one call each.
 * @see https://www.mediawiki.org/wiki/API:Query */

const FORMAT = { action: 'query', format: 'json', formatversion: '2' };

/** PageImages and TextExtracts are extensions: where one is missing, the wiki warns and leaves its part out.
 * `rvlimit` must stay away: with it, MediaWiki takes one page only. */
const ABOUT_A_PAGE = {
  prop: 'info|revisions|pageimages',
  inprop: 'url',
  rvprop: 'timestamp|user',
  piprop: 'thumbnail',
  pithumbsize: '320',
  pilimit: '50',
  pilicense: 'any',
};

/** Only the list has snippets, only a generator has the pages' properties: asked together, they are one round trip.
 * The list searches texts (`srwhat=text`). The generator leaves `gsrwhat` out: a wiki with CirrusSearch then searches texts
 * that include the titles, as the list does, and a wiki without it searches titles alone, which its texts do not include. */
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

/** The latest change of each page (`grctoponly`), no bots. */
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

/** One page by its title, or where that leads on. */
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

/** Recent changes know no offset, so the results to pass over are asked for too: as many as MediaWiki gives at most. */
const MAX_CHANGES = 500;

interface ResultWindow {
  skip: number;
  count: number;
}

/** @param namespaces their numbers, with `|` between
 * @param strings which results of the list are wanted; those of the generator are `window` */
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

/** What a generator says of its pages, of pages that it did not have. */
export function propertiesParameters(numbers: readonly unknown[]): string {
  return new URLSearchParams({ ...FORMAT, ...ABOUT_A_PAGE, pageids: numbers.join('|') }).toString();
}

/** @param page by its title, or by its number */
export function pageParameters(page: { titles: string } | { pageids: string }): string {
  return `${PAGE}&${new URLSearchParams(page)}`;
}
