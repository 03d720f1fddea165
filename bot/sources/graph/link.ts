import type { ErrorResponse } from '../http.ts';
import { getJsonIfFound } from '../one-page.ts';
import { asObject, asString } from '../read.ts';
import type { SourceItem } from '../source.ts';
import { readItem } from './response.ts';

const SHOWN = 'name,webUrl,webDavUrl,description,lastModifiedDateTime,lastModifiedBy,createdBy';
/** A link to something that is no file: a site, a list, a page of SharePoint's own. */
const NO_FILE = 400;
const NOT_FOUND_STATUSES = new Set([NO_FILE, 404, 410]);

/** The file or folder that a link leads to, be it its address or a link by which it was shared. Nothing is redeemed:
 * without `Prefer`, looking at a sharing link gives nobody access.
 * @param base of the API, with its version
 * @param path only what is in this place
 * @see https://learn.microsoft.com/graph/api/shares-get
 * @throws {SourceError} */
export async function readSharedItem(
  base: string,
  link: URL,
  path: string | undefined,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<SourceItem | null | undefined> {
  const url = `${base}/shares/${sharingToken(link)}/driveItem?$select=${SHOWN}`;
  let isFile = true;
  const isNone = ({ status }: ErrorResponse) => {
    isFile = status !== NO_FILE;
    return NOT_FOUND_STATUSES.has(status);
  };
  const found = await getJsonIfFound(url, headers, signal, { isNone });
  if (!found) return isFile ? null : undefined;
  return isWithin(path, found.json) ? readItem(found.json) : undefined;
}

/** Whatever the link holds, it is one segment of the path: base64url alone. */
function sharingToken({ origin, pathname, search }: URL): string {
  return `u!${Buffer.from(origin + pathname + search).toString('base64url')}`;
}

/** By where the file is: what shows it is the site's own page, for the documents of Office. */
function isWithin(path: string | undefined, item: unknown): boolean {
  if (path === undefined) return true;
  const { webDavUrl, webUrl } = asObject(item);
  const [outer, inner] = [placeOf(path), placeOf(asString(webDavUrl) || asString(webUrl))];
  return outer !== undefined && inner?.startsWith(outer) === true;
}

/** To SharePoint, paths are the same in any case. With a slash at the end, so that no other place begins alike. */
function placeOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname } = new URL(address);
  try {
    return `${origin}${decodeURIComponent(pathname)}/`.replace(/\/+$/, '/').toLowerCase();
  } catch {
    return undefined; // Not UTF-8.
  }
}
