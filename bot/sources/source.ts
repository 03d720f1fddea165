import * as z from 'zod';
import { LatchkeyError } from '../platform/latchkey-error.ts';

interface SourceSettings {
  type: string;
  /** Access tokens go only to this origin. */
  url: string;
  imageOrigins: string[];
}

/** Listed in `config/source-types.ts`. */
export interface SourceType<Settings extends SourceSettings> {
  /** @param userAgent for the source's operators
   * @throws {TypeError} for unusable settings */
  build(settings: Settings, userAgent: string): Source;
  /** All addresses except `url` and `imageOrigins`, by field. The configuration requires safe URLs. */
  addresses(settings: Settings): Record<string, string | readonly string[] | undefined>;
  /** Cards may link to their origins. */
  cardUrls(settings: Settings): string[];
  /** A subset of `cardUrls`: `page` looks up links on their origins. */
  pageUrls(settings: Settings): string[];
}

/** The schema describes `source` in `connections.json`. */
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

export interface Source {
  /** An empty `query.text` returns recent items (Teams' initial run).
   * @throws {SourceError} unless the response is a page of results */
  search(query: SourceQuery, session: SourceSession): Promise<SourcePage>;
  /** Absent if the source looks up no links.
   * @param url on one of the connection's page origins
   * @returns `null` if the user may see no such page, `undefined` if the link is no page
   * @throws {SourceError} */
  page?(url: URL, session: SourceSession): Promise<SourceItem | null | undefined>;
}

export interface SourceQuery {
  /** Trimmed, 1 to 200 characters; empty for recent items. */
  text: string;
  /** 0 to 10,000. */
  skip: number;
  /** 1 to 25. */
  count: number;
}

export interface SourceSession {
  /** The user's own token, sent only to the source's origin. */
  accessToken: string;
  /** `{site}` in the source's addresses, if the sign-in found one. */
  site?: string | undefined;
  /** Aborts at the invoke's deadline. */
  signal: AbortSignal;
  /** W3C Trace Context, of the call's span. Absent without tracing: then the API itself decides what it traces. */
  traceparent?: string;
}

export interface SourcePage {
  items: SourceItem[];
  /** Absent if the source does not count its results. */
  total?: number;
  /** The source did not search everything. */
  incomplete?: true;
  /** For the log: the setting or member that is unreadable, never its content. */
  unread?: string;
}

export interface SourceItem {
  title: string;
  /** Plain text. `hit` marks a match. */
  snippet: SnippetPart[];
  /** The card drops it unless it is on one of `linkOrigins`. */
  url: string;
  /** The card drops it unless it is on one of `imageOrigins`. */
  imageUrl?: string;
  edited?: { at: Date; by?: string };
  /** At most six, in the order in which the card shows them. The list of results shows the first two. */
  facts?: SourceFact[];
}

/** Labels that are translated. */
export const FACT_NAMES = [
  'status',
  'assignee',
  'priority',
  'type',
  'number',
  'labels',
  'project',
  'space',
  'site',
  'category',
  'due',
  'owner',
  'author',
  'created',
  'folder',
  'channel',
  'milestone',
  'version',
  'team',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** Values that are translated. */
export type FactTerm =
  | ('open' | 'closed' | 'merged' | 'draft' | 'notPlanned' | 'duplicate')
  | ('folder' | 'document' | 'spreadsheet' | 'presentation' | 'notebook' | 'picture' | 'video' | 'page' | 'listItem')
  | ('yes' | 'no');

/** As in Adaptive Cards. */
export const FACT_COLORS = ['good', 'warning', 'attention', 'accent'] as const;
export type FactColor = (typeof FACT_COLORS)[number];

export interface SourceFact {
  /** A name of {@link FACT_NAMES}, another text, or texts by language. */
  label: FactName | (string & {}) | Readonly<Record<string, string>>;
  /** The card formats numbers and dates, and translates terms. */
  value: string | number | Date | { term: FactTerm };
  color?: FactColor;
}

export interface SnippetPart {
  text: string;
  hit: boolean;
}

export type SourceFailure =
  /** 401. */
  | 'unauthorized'
  /** 403. */
  | 'forbidden'
  /** 429, or the source's own form of it. */
  | 'rate_limited'
  /** No entry has the fields that a result needs. */
  | 'unreadable'
  /** 5xx, the API's own 404, a redirect, an unreadable response, or no response. */
  | 'unavailable';

/** `detail` is for the log: no secret, personal data or query. */
export class SourceError extends LatchkeyError {
  override readonly name = 'SourceError';
  readonly failure: SourceFailure;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(failure: SourceFailure, detail: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(detail, { cause: options.cause });
    this.failure = failure;
    this.retryAfter = options.retryAfter;
  }
}
