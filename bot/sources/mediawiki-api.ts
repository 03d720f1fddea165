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
 * `srwhat=text` because wikis without CirrusSearch would look at titles alone. */
const SEARCH = new URLSearchParams({
  ...FORMAT,
  ...ABOUT_A_PAGE,
  list: 'search',
  srnamespace: '0',
  srwhat: 'text',
  srinfo: 'totalhits',
  srprop: 'snippet|timestamp',
  generator: 'search',
  gsrnamespace: '0',
  gsrwhat: 'text',
  gsrinfo: '',
  gsrprop: '',
}).toString();

/** The latest change of each page (`grctoponly`), articles only, no bots. */
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
  grcnamespace: '0',
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
const MOST_CHANGES = 500;

export function searchParameters(text: string, skip: number, count: number): string {
  const offset = String(skip);
  const limit = String(count);
  const asked = {
    srsearch: text,
    srlimit: limit,
    sroffset: offset,
    gsrsearch: text,
    gsrlimit: limit,
    gsroffset: offset,
  };
  return `${SEARCH}&${new URLSearchParams(asked)}`;
}

export function recentParameters(skip: number, count: number): string {
  return `${RECENT}&grclimit=${Math.min(skip + count, MOST_CHANGES)}`;
}

/** @param page by its title, or by its number */
export function pageParameters(page: { titles: string } | { pageids: string }): string {
  return `${PAGE}&${new URLSearchParams(page)}`;
}
