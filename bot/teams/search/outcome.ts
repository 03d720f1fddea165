import type { Connection } from '../../connection.ts';
import type { ActiveCredential } from '../../sign-in/credentials/opened-credentials.ts';
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

export type RenderContext = Pick<SearchRequest, 'query' | 'messages' | 'locale'>;

export type SearchOutcome<T = SourcePage> = { connection: Connection } & (
  | { state: 'answered'; response: T; active: ActiveCredential }
  /** Every failure but `unauthorized`, which asks for a sign-in. */
  | { state: 'failed'; error: SourceError; active: ActiveCredential }
  /** `codeMissing`: the client did not return the code of a confirmed sign-in. */
  | { state: 'signed_out'; prompt?: SignInPrompt; codeMissing?: true }
  /** The client sent a token, but the user must consent to its use. */
  | { state: 'consent_required' }
  /** Too many wrong codes. `until` is in milliseconds since the epoch. */
  | { state: 'paused'; until: number }
  | { state: 'superseded' }
  | { state: 'broken'; error: unknown }
);

/** @returns the reference of the log entry */
export type ReportError = (error: unknown, connectionId: string) => string;

/** Characters. */
const MAX_SHOWN_LENGTH = 200;

/** @param mixed whether the list has other connections' results */
export function resultAttachments(
  outcome: SearchOutcome,
  { locale, query }: RenderContext,
  mixed: boolean,
): JsonText[] {
  if (outcome.state !== 'answered') return [];
  const { title, linkOrigins, imageOrigins } = outcome.connection;
  const options = { title, locale, linkOrigins, imageOrigins, mixed };
  return toAttachments(outcome.response.items.slice(0, query.count), options);
}

export function isIncomplete(outcome: SearchOutcome): boolean {
  return outcome.state === 'answered' && outcome.response.incomplete === true;
}

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
      return outcome.codeMissing ? messages.codeNotReturned(title) : messages.notSignedInTo(title);
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
