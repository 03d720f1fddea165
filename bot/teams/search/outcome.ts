import type { Connection } from '../../connection.ts';
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

export interface SearchRequest extends RequestContext {
  query: Query;
}

/** The part of a request that a response is made from. */
export type RenderContext = Pick<SearchRequest, 'query' | 'messages' | 'locale'>;

/** The result of calling the source of one connection. */
export type SearchOutcome<T = SourcePage> = { connection: Connection } & (
  | { state: 'answered'; response: T; active: ActiveCredential }
  /** Every failure of the source but `unauthorized`, for which a sign-in helps. */
  | { state: 'failed'; error: SourceError; active: ActiveCredential }
  /** With the prompt, where it is known already. */
  | { state: 'signed_out'; prompt?: SignInPrompt }
  /** The Teams client brought a token, and the user must consent before it can be used. */
  | { state: 'consent_required' }
  /** Too many wrong codes; `until` is in milliseconds since the epoch. */
  | { state: 'paused'; until: number }
  /** The user typed on. */
  | { state: 'superseded' }
  /** The store or the identity provider failed, or the time was over. */
  | { state: 'broken'; error: unknown }
);

/** Writes down what went wrong; returns the reference under which it can be outcome. */
export type ReportError = (error: unknown, connectionId: string) => string;

/** What a message quotes: a query, an account's name. Characters. */
const MAX_SHOWN_LENGTH = 200;

/** The results as cards; none, where there are none.
 * @param mixed they come among those of other connections */
export function resultAttachments(
  outcome: SearchOutcome,
  { locale, query, messages }: RenderContext,
  mixed: boolean,
): JsonText[] {
  if (outcome.state !== 'answered') return [];
  const { title, linkOrigins, imageOrigins } = outcome.connection;
  const account = accountMessage(outcome.active.credential.account, messages);
  const frame = { title, account, locale, linkOrigins, imageOrigins, mixed };
  return toAttachments(outcome.response.items.slice(0, query.count), frame);
}

/** Whether words belong beside the results: the source did not search everything. */
export function isIncomplete(outcome: SearchOutcome): boolean {
  return outcome.state === 'answered' && outcome.response.incomplete === true;
}

/** In words, what there is in place of results, or beside them. */
export function messageFor(outcome: SearchOutcome, { messages, query }: RenderContext, report: ReportError): string {
  const { id, title } = outcome.connection;
  switch (outcome.state) {
    case 'answered':
      if (outcome.response.incomplete) return messages.notAllSearched(title);
      if (query.skip > 0) return messages.noMore;
      return query.text
        ? messages.nothingFound(sanitizeText(query.text, MAX_SHOWN_LENGTH), title)
        : messages.nothingRecent(title);
    case 'failed':
      return failureMessage(outcome, messages, report);
    case 'signed_out':
    case 'consent_required':
      return messages.notSignedInTo(title);
    case 'paused':
      return messages.paused(formatWait(messages, (outcome.until - Date.now()) / 1000));
    case 'superseded':
      return messages.superseded;
    case 'broken':
      return messages.unavailable(title, report(outcome.error, id));
  }
}

/** Four failures, four messages: "no matches" for every error would mislead users. */
function failureMessage(
  { connection: { id, title }, error, active }: SearchOutcome & { state: 'failed' },
  messages: RequestContext['messages'],
  report: ReportError,
): string {
  const responses: Record<Exclude<SourceFailure, 'unauthorized'>, () => string> = {
    forbidden: () =>
      messages.forbidden(sanitizeText(accountMessage(active.credential.account, messages), MAX_SHOWN_LENGTH), title),
    rate_limited: () => messages.busy(title, formatWait(messages, error.retryAfter ?? 30)),
    unreadable: () => messages.unreadable(title, report(error, id)),
    unavailable: () =>
      error.retryAfter === undefined
        ? messages.unavailable(title, report(error, id))
        : messages.unavailableFor(title, formatWait(messages, error.retryAfter), report(error, id)),
  };
  return responses[error.failure as keyof typeof responses]();
}
