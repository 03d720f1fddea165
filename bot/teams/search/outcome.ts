import type { ActiveCredential } from '../../sign-in/credentials/credentials.ts';
import type { SignInPrompt } from '../../sign-in/types.ts';
import type { SourceError, SourceFailure, SourcePage } from '../../sources/source.ts';
import type { RequestContext } from '../access-policy.ts';
import { accountMessage } from '../cards/account-cards.ts';
import { toAttachments } from '../cards/cards.ts';
import type { JsonText } from '../cards/json-writer.ts';
import { sanitizeText } from '../cards/sanitize.ts';
import { formatWait } from '../locales/texts.ts';
import type { Query } from './query.ts';
import type { SearchConnection } from './search-connection.ts';

/** What somebody searches for. */
export interface SearchRequest extends RequestContext {
  query: Query;
}

/** What of it an answer is made from. */
export type RenderContext = Pick<SearchRequest, 'query' | 'messages'> & {
  sender: Pick<SearchRequest['sender'], 'locale'>;
};

/** What came of searching one connection. */
export type SearchOutcome = { connection: SearchConnection } & (
  | { state: 'answered'; response: SourcePage; live: ActiveCredential }
  | { state: 'failed'; error: SourceError; live: ActiveCredential }
  | { state: 'signed_out'; prompt?: SignInPrompt }
  | { state: 'consent_required' }
  | { state: 'paused'; until: number }
  /** The person typed on. */
  | { state: 'superseded' }
  /** Not of the source's doing: the store, the identity provider; or it was not done in time. */
  | { state: 'broken'; error: unknown }
);

/** Writes down what went wrong; returns the reference under which it can be found. */
export type ReportError = (error: unknown, connectionId: string) => string;

/** What a message quotes: a query, an account's name. Characters. */
const MAX_SHOWN_LENGTH = 200;

/** The results as cards; none, where there are none.
 * @param mixed they come among those of other connections */
export function resultAttachments(
  found: SearchOutcome,
  { sender: { locale }, query, messages }: RenderContext,
  mixed: boolean,
): JsonText[] {
  if (found.state !== 'answered') return [];
  const { title, linkOrigins, imageOrigins } = found.connection;
  const account = accountMessage(found.live.credential.account, messages);
  const frame = { title, account, locale, linkOrigins, imageOrigins, mixed };
  return toAttachments(found.response.items.slice(0, query.count), frame);
}

/** Whether words belong beside the results: the source did not search everything. */
export function isIncomplete(found: SearchOutcome): boolean {
  return found.state === 'answered' && found.response.incomplete === true;
}

/** In words, what there is in place of results, or beside them. */
export function messageFor(found: SearchOutcome, { messages, query }: RenderContext, report: ReportError): string {
  const { id, title } = found.connection;
  switch (found.state) {
    case 'answered':
      if (found.response.incomplete) return messages.notAllSearched(title);
      if (query.skip > 0) return messages.noMore;
      return query.text
        ? messages.nothingFound(sanitizeText(query.text, MAX_SHOWN_LENGTH), title)
        : messages.nothingRecent(title);
    case 'failed':
      return failureMessage(found, messages, report);
    case 'signed_out':
    case 'consent_required':
      return messages.notSignedInTo(title);
    case 'paused':
      return messages.paused(formatWait(messages, (found.until - Date.now()) / 1000));
    case 'superseded':
      return messages.superseded;
    case 'broken':
      return messages.unavailable(title, report(found.error, id));
  }
}

/** Four failures, four answers (TEAMS.md: "No matches" for every error is what people complain about). */
function failureMessage(
  { connection: { id, title }, error, live }: SearchOutcome & { state: 'failed' },
  messages: RequestContext['messages'],
  report: ReportError,
): string {
  const responses: Record<Exclude<SourceFailure, 'unauthorized'>, () => string> = {
    forbidden: () =>
      messages.forbidden(sanitizeText(accountMessage(live.credential.account, messages), MAX_SHOWN_LENGTH), title),
    rate_limited: () => messages.busy(title, formatWait(messages, error.retryAfter ?? 30)),
    unreadable: () => messages.unreadable(title, report(error, id)),
    unavailable: () =>
      error.retryAfter === undefined
        ? messages.unavailable(title, report(error, id))
        : messages.unavailableFor(title, formatWait(messages, error.retryAfter), report(error, id)),
  };
  return responses[error.failure as keyof typeof responses]();
}
