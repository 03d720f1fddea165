import * as z from 'zod';
import { LatchkeyError } from '../platform/latchkey-error.ts';

interface SourceSettings {
  type: string;
  /** Access tokens are sent only to the origin of this address. */
  url: string;
  imageOrigins: string[];
}

/** An entry of the table in `config/source-types.ts`. */
export interface SourceType<Settings extends SourceSettings> {
  /** @param userAgent tells the source's operators who calls @throws {TypeError} for settings that cannot be used */
  build(settings: Settings, userAgent: string): Source;
  /** Every other address in the settings, by its field. Each must be safe to receive a token or a person. */
  addresses(settings: Settings): Record<string, string | readonly string[] | undefined>;
  /** Addresses whose origins cards may link to. */
  cardUrls(settings: Settings): string[];
  /** Addresses whose origins `page` looks up: a subset of `cardUrls`. */
  pageUrls(settings: Settings): string[];
}

/** Gives the functions the type of the schema's settings. */
export function sourceType<Schema extends z.ZodObject & z.ZodType<SourceSettings>>(
  type: { schema: Schema } & SourceType<z.infer<Schema>>,
): { schema: Schema } & SourceType<z.infer<Schema>> {
  return type;
}

export const text = z.string().min(1);
const origins = z.array(z.url()).default([]);
export const imageOrigins = origins.describe('More origins of images that cards may show.');
/** More origins that cards may link to or load images from. */
export const places = { linkOrigins: origins.describe('More origins that cards may lead to.'), imageOrigins };

/** Adds the name of the setting to the error. */
export function withSettingName<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(`${setting}: ${(error as Error).message}`);
  }
}

/** The seam to what can be searched. A source knows neither Teams nor how the person signed in. */
export interface Source {
  /** Finds pages for `query.text`; an empty text asks for what changed lately (Teams' initial run).
   * @throws {SourceError} for every answer that is not a page of results. */
  search(query: SourceQuery, session: SourceSession): Promise<SourcePage>;
  /** The page that a link leads to; `null` where there is no such page for this person, `undefined` for a link that is
   * none of its own.
   * Left out where links can't be looked up. @param url on one of the connection's page origins
   * @throws {SourceError} */
  page?(url: URL, session: SourceSession): Promise<SourceItem | null | undefined>;
}

export interface SourceQuery {
  /** As typed, trimmed, 1 to 200 characters; or empty for recent items. */
  text: string;
  /** Results to pass over, 0 to 10,000. */
  skip: number;
  /** Results wanted, 1 to 25. */
  count: number;
}

export interface SourceSession {
  /** The asker's own access token, sent to the source's own origin and nowhere else. */
  accessToken: string;
  /** Aborts when the invoke's time is up; the call must stop then. */
  signal: AbortSignal;
  /** W3C Trace Context's header, where the search belongs to a trace; a source begins one where it doesn't. */
  traceparent?: string;
}

export interface SourcePage {
  items: SourceItem[];
  /** How many there are in all, where the source says so. */
  total?: number;
  /** The source itself says that it did not search everything: there may be more than `items`. */
  incomplete?: true;
  /** Which part of the answer could not be read: a setting or a member by its name, never its content. For the log. */
  unread?: string;
}

export interface SourceItem {
  title: string;
  /** Plain text (entities decoded, no markup) in runs; `highlighted` marks what matched. */
  snippet: SnippetPart[];
  /** Where a person reads it. The card drops it unless it is on the source's own origin. */
  url: string;
  /** The card drops it unless it is on the source's origin or one of `imageOrigins`. */
  imageUrl?: string;
  edited?: { at: Date; by?: string };
}

export interface SnippetPart {
  text: string;
  hit: boolean;
}

export type SourceFailure =
  /** 401: the token is not accepted. */
  | 'unauthorized'
  /** 403: known, and not allowed. */
  | 'forbidden'
  /** 429, or the source's own word for it. */
  | 'rate_limited'
  /** The answer has entries, and none of them has what a result needs. */
  | 'unreadable'
  /** 5xx, 404 of the API itself, a redirect to elsewhere, an answer that can't be read, no answer. */
  | 'unavailable';

/** What a source says instead of results. `detail` is for the log: no secret, no personal data, no query. */
export class SourceError extends LatchkeyError {
  override readonly name = 'SourceError';
  readonly failure: SourceFailure;
  /** Seconds to wait, where the source said so (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(failure: SourceFailure, detail: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(detail, { cause: options.cause });
    this.failure = failure;
    this.retryAfter = options.retryAfter;
  }
}
