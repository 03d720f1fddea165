import type { IncomingHttpHeaders } from 'node:http';
import { labelOf } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { parseUrl } from '../../platform/safe-url.ts';
import { SourceError, withSettingName } from '../source.ts';
import type { SearchRequest } from './search-request.ts';
import type { HttpSettings } from './settings.ts';

/** Of a cursor, or of the address of a next page. */
export const MAX_CURSOR_LENGTH = 4_096;

/** @returns a function that finds the cursor or the address of the next page in an answer
 * @throws {TypeError} for a pointer that cannot be read */
export function nextReader(request: SearchRequest, next: HttpSettings['next']) {
  const at = typeof next === 'string' ? withSettingName('next', () => parsePointer(next)) : undefined;
  const isAddress = !request.has('cursor');
  return (json: unknown, headers: IncomingHttpHeaders, address: string): string | undefined => {
    const found = at ? labelOf(at(json)) : typeof next === 'object' ? nextLink(headers.link) : '';
    if (found === '') return undefined;
    // A cursor in an address would keep all of the address in memory. The caller drops long ones.
    if (found.length > MAX_CURSOR_LENGTH) return found;
    return isAddress ? refuseOtherOrigin(found, address) : cursorIn(found, request.cursorParameter);
  };
}

/** Some APIs name the address of the next page instead of its cursor. Confluence Cloud names one that its gateway, which
 * the bot asks, does not have. */
function cursorIn(next: string, parameter: string | undefined): string {
  const isAddress = /^(?:https?:\/\/|[/?])/i.test(next);
  if (parameter === undefined || !isAddress) return next;
  return parseUrl(next, 'https://any.invalid')?.searchParams.get(parameter) ?? next;
}

/** T50: the token goes only to the origin that it is for, whatever an answer names as the next page. */
function refuseOtherOrigin(next: string, address: string): string {
  const place = parseUrl(next, address);
  if (place && place.origin === new URL(address).origin && !place.username && !place.password) return place.href;
  throw new SourceError('unavailable', 'The API named a next page that is not on its own origin');
}

/** @see RFC 8288 section 3 */
const LINK = /<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s";,]+))*)/g;
const REL_NEXT = /;\s*rel\s*=\s*(?:next\b|"(?:[^"]*\s)?next[\s"])/i;

function nextLink(header: string | string[] | undefined): string {
  const links = [header ?? []].flat().join(', ');
  return [...links.matchAll(LINK)].find(([, , parameters = '']) => REL_NEXT.test(parameters))?.[1] ?? '';
}
