import { isCount, type JsonObject } from '../../platform/json.ts';
import type { SourcePage } from '../source.ts';
import { propertiesParameters, searchParameters } from './request.ts';
import { type FoundPages, type PageAddress, readFound, readProperties, toPage } from './response.ts';

/** So many pages that have the words in their title alone come first, where the texts that have them fill the page. */
const MAX_BY_TITLE = 5;
/** MediaWiki gives no more hits at once. */
const MAX_HITS = 500;

interface MediawikiSearch {
  text: string;
  /** Their numbers, with `|` between. */
  namespaces: string;
  skip: number;
  count: number;
}

/** A wiki, as one person's search sees it. */
interface Mediawiki {
  /** Asks the action API. @returns `undefined` for an empty answer */
  call(parameters: string): Promise<unknown>;
  addressOf: PageAddress;
  /** What earlier searches showed of it. */
  known: WikiKind;
}

/** Searches texts and titles. CirrusSearch does both at once, by one call. Without it, texts do not include their titles:
 * pages that were found by their title come first, and a second call asks what the first did not say of the others. */
export async function searchMediawiki(
  { call, addressOf, known }: Mediawiki,
  { text, namespaces, skip, count }: MediawikiSearch,
): Promise<SourcePage> {
  // Which pages stand first decides where a later page begins: there the texts are read from the first on.
  const first = known.titlesApart && skip + count <= MAX_HITS ? 0 : skip;
  const json = await call(
    searchParameters(text, namespaces, { skip: first, count }, { skip: first, count: skip - first + count }),
  );
  if (json === undefined) return { items: [] };
  const found = readFound(json);
  if (isOneSearch(found)) return toPage(found.hits.slice(skip - first), found, skip, addressOf);
  known.titlesApart = true;
  const merged = first === 0 ? byTitleFirst(found, count) : found;
  const hits = merged.hits.slice(skip - first, skip - first + count);
  const missing = hits.map(({ pageid }) => pageid).filter((number) => isCount(number) && !found.pages.has(number));
  const more = missing.length > 0 ? readProperties(await call(propertiesParameters(missing))) : [];
  return toPage(hits, { ...merged, pages: new Map([...found.pages, ...more]) }, skip, addressOf);
}

/** What searches show of a wiki. */
interface WikiKind {
  /** It searches titles and texts apart. */
  titlesApart: boolean;
}

/** The list and the generator found the same pages. */
function isOneSearch({ hits, pages }: FoundPages): boolean {
  const numbers = new Set(hits.map(({ pageid }) => pageid).filter(isCount));
  return numbers.size === pages.size && [...numbers].every((number) => pages.has(number));
}

/** Pages found by their title alone, then what was found in texts, each once. */
function byTitleFirst(found: FoundPages, count: number): FoundPages {
  const { hits, pages, total } = found;
  const firstHits = new Set(hits.slice(0, count).map(({ pageid }) => pageid));
  const byTitle = [...pages.values()]
    .filter(({ pageid }) => !firstHits.has(pageid))
    .sort((a, b) => indexOf(a) - indexOf(b))
    .slice(0, hits.length < count ? count : MAX_BY_TITLE);
  const shown = new Set(byTitle.map(({ pageid }) => pageid));
  return {
    ...found,
    hits: [...byTitle, ...hits.filter(({ pageid }) => !shown.has(pageid))],
    total: isCount(total) ? total + byTitle.length : total,
  };
}

function indexOf({ index }: JsonObject): number {
  return isCount(index) ? index : Number.MAX_SAFE_INTEGER;
}
