import * as z from 'zod';
import { LatchkeyError } from '../platform/latchkey-error.ts';

interface SourceSettings {
  type: string;
  /** Access tokens go only to its origin. */
  url: string;
  imageOrigins: string[];
}

/** Listed in `config/source-types.ts`. */
export interface SourceType<Settings extends SourceSettings> {
  /** @param userAgent names the caller and its URL, for the source's operators
   * @throws {TypeError} if the settings cannot be used */
  build(settings: Settings, userAgent: string): Source;
  /** All addresses in the settings except `url` and `imageOrigins`, by field. The configuration requires that all
   * are safe URLs. */
  addresses(settings: Settings): Record<string, string | readonly string[] | undefined>;
  /** Cards may link to the origins of these addresses. */
  cardUrls(settings: Settings): string[];
  /** `page` looks up links on the origins of these addresses: a subset of `cardUrls`. */
  pageUrls(settings: Settings): string[];
}

/** The schema's fields are those of `source` in `connections.json`. */
export function sourceType<Schema extends z.ZodObject & z.ZodType<SourceSettings>>(
  type: { schema: Schema } & SourceType<z.infer<Schema>>,
): { schema: Schema } & SourceType<z.infer<Schema>> {
  return type;
}

export const text = z.string().min(1);
const origins = z.array(z.url()).default([]);
export const imageOrigins = origins.describe('More origins of images that cards may show.');
export const places = { linkOrigins: origins.describe('More origins that cards may lead to.'), imageOrigins };

export function withSettingName<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(`${setting}: ${(error as Error).message}`);
  }
}

/** Independent of Teams and of the sign-in. */
export interface Source {
  /** An empty `query.text` returns recent items (Teams' initial run).
   * @throws {SourceError} unless the response is a page of results */
  search(query: SourceQuery, session: SourceSession): Promise<SourcePage>;
  /** Absent if the source cannot look up links.
   * @param url on one of the connection's page origins
   * @returns `null` if the user may see no such page, `undefined` for a link that is no page
   * @throws {SourceError} */
  page?(url: URL, session: SourceSession): Promise<SourceItem | null | undefined>;
}

export interface SourceQuery {
  /** Trimmed, 1 to 200 characters; or empty for recent items. */
  text: string;
  /** 0 to 10,000. */
  skip: number;
  /** 1 to 25. */
  count: number;
}

export interface SourceSession {
  /** The user's own access token, sent only to the source's origin. */
  accessToken: string;
  /** Aborts at the invoke's deadline. The call must stop then. */
  signal: AbortSignal;
  /** W3C Trace Context. */
  traceparent?: string;
}

export interface SourcePage {
  items: SourceItem[];
  /** In total, if the source counts its results. */
  total?: number;
  /** The source reports that it did not search everything. */
  incomplete?: true;
  /** The unreadable part of the response: the name of a setting or member, never its content. For the log. */
  unread?: string;
}

export interface SourceItem {
  title: string;
  /** Plain text without markup. `hit` marks a match. */
  snippet: SnippetPart[];
  /** The card drops it unless it is on one of `linkOrigins`. */
  url: string;
  /** The card drops it unless it is on one of `imageOrigins`. */
  imageUrl?: string;
  edited?: { at: Date; by?: string };
}

export interface SnippetPart {
  text: string;
  hit: boolean;
}

export type SourceFailure =
  /** 401: the source refuses the token. */
  | 'unauthorized'
  /** 403: the user may not do this. */
  | 'forbidden'
  /** 429, or the source's own form of it. */
  | 'rate_limited'
  /** The response has entries, and no entry has the fields that a result needs. */
  | 'unreadable'
  /** 5xx, 404 of the API itself, a redirect, an unreadable response, or no response. */
  | 'unavailable';

/** `detail` is for the log: no secret, no personal data, no query. */
export class SourceError extends LatchkeyError {
  override readonly name = 'SourceError';
  readonly failure: SourceFailure;
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(failure: SourceFailure, detail: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(detail, { cause: options.cause });
    this.failure = failure;
    this.retryAfter = options.retryAfter;
  }
}
