import type { HttpRequest } from '../../platform/http-client.ts';
import { requestHeaders } from '../http.ts';
import { SourceError, type SourceSession, withSettingName } from '../source.ts';
import type { HttpSettings } from './settings.ts';
import { type BodyTemplate, readBodyTemplate } from './templates/body-template.ts';
import type { PlaceName, PlaceValues } from './templates/places.ts';
import { readSearchTemplate, type SearchTemplate } from './templates/url-template.ts';

export interface SearchRequest {
  readonly origin: string;
  has(name: PlaceName): boolean;
  /** The parameter of the address that has the cursor. A body has none. */
  readonly cursorParameter: string | undefined;
  /** @param address replaces the address of the template, for an API that names the address of its next page
   * @throws {SourceError} if the address has `{site}` and the sign-in found no site */
  build(values: PlaceValues, session: SourceSession, address?: string): HttpRequest;
}

interface RequestSettings extends Pick<HttpSettings, 'method' | 'contentType'> {
  url: string;
  body: HttpSettings['body'];
  /** Where `url` and `body` are in the configuration. */
  names: { url: string; body: string };
  headers: Record<string, string>;
}

/** For an address with `{site}`. */
export function missingSite(): SourceError {
  return new SourceError('unauthorized', 'The address has {site}, and the sign-in found no site');
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:;\s*[\w-]+=[\w."/=-]+)*$/i;

/** @throws {TypeError} for settings that do not go together */
export function searchRequest({ url, body, method, contentType, names, headers }: RequestSettings): SearchRequest {
  const address = withSettingName(names.url, () => readSearchTemplate(url));
  const content = body === undefined ? undefined : withSettingName(names.body, () => readBodyTemplate(body));
  if (content && method === 'GET') throw new TypeError('method: a request with a body must be a POST');
  if (contentType !== undefined && !content) throw new TypeError('contentType: there is no body');
  if (contentType !== undefined && !JSON_TYPE.test(contentType))
    throw new TypeError(`contentType: must be a type of JSON, such as application/json: ${contentType}`);
  const typed = content ? { 'content-type': contentType ?? 'application/json' } : {};
  const parts: (SearchTemplate | BodyTemplate)[] = content ? [address, content] : [address];
  const has = (name: PlaceName) => parts.some((part) => part.has(name));
  const needsSite = has('site');
  return {
    origin: new URL(url).origin,
    has,
    cursorParameter: address.parameterOf('cursor'),
    build(values, session, next) {
      if (needsSite && session.site === undefined) throw missingSite();
      return {
        url: next ?? address.fill(values),
        method: method ?? (content ? 'POST' : 'GET'),
        headers: { ...requestHeaders(session, headers), ...typed },
        signal: session.signal,
        ...(content && { body: JSON.stringify(content.fill(values)) }),
      };
    },
  };
}
