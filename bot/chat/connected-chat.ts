import type { ConnectedAccount } from '../sign-in/connected-account.ts';
import { type Credential, ProviderError } from '../sign-in/identity-provider.ts';
import { SourceError } from '../sources/source.ts';
import type { SearchConnection } from '../teams/connection.ts';
import { withInvokeDeadline } from '../teams/deadline.ts';
import type { ReportError, SearchOutcome } from '../teams/found.ts';
import { textsFor } from '../teams/locales/texts.ts';
import type { Query } from '../teams/query.ts';
import { isObject } from '../teams/record.ts';
import { localeOf } from '../teams/sender.ts';
import { type Chat, wordsFor } from './chat.ts';
import { type ChatSearch, RESULTS_ASKED } from './chat-search.ts';
import { type MoreResults, readMore } from './more-results.ts';
import { type Reply, say } from './replies.ts';
import { readSaid } from './said.ts';

/** A connection that a channel may bring its own token for. */
export interface ConnectedConnection extends SearchConnection {
  connectedAccount: ConnectedAccount | undefined;
}

export interface ConnectedChatParts {
  connections: readonly ConnectedConnection[];
  chat: Chat;
  search: ChatSearch;
  report: ReportError;
}

/** What the channel says of the account: the status is a text (1: there, 2: connected just now, 3: the person said no). */
type Token = { status: '1' | '2'; token: string } | { status: '3' };

/** Chats on a channel where people connect their account in the channel's own settings, and every message brings a token
 * along. Nothing of it is kept, and nobody is signed in by it. */
export class ConnectedChat {
  readonly #parts: ConnectedChatParts;

  constructor(parts: ConnectedChatParts) {
    this.#parts = parts;
  }

  /** What is answered; `undefined` where there is no token that counts. Never rejects. */
  async hear(activity: Record<string, unknown>): Promise<Reply[] | undefined> {
    // T71: on a channel where anybody writes entities, an entity is nothing.
    const connection = this.#parts.connections.find(({ connectedAccount }) =>
      connectedAccount?.trusts(activity.channelId),
    );
    const given = connection && readToken(activity.entities);
    if (!connection || !given) return undefined;
    const locale = localeOf(activity);
    const texts = textsFor(locale);
    if (given.status === '3') return [say(texts.signInCancelled(wordsFor(locale).signIn[0]))];
    const more = readMore(activity.value);
    const asked = readSaid(activity, locale);
    const text = more?.text ?? (asked.command === 'search' ? asked.text : '');
    if (text === '') return [this.#parts.chat.welcome(locale)];
    return this.#search(connection, given.token, { text, seen: more?.seen ?? {} }, locale).catch((error: unknown) => [
      say(texts.chatUnavailable(this.#parts.report(error, connection.id))),
    ]);
  }

  async #search(
    connection: ConnectedConnection,
    token: string,
    { text, seen }: MoreResults,
    locale: string,
  ): Promise<Reply[]> {
    const skip = seen[connection.id] ?? 0;
    const query: Query = { commandId: '', text, skip, count: RESULTS_ASKED, brought: { code: undefined } };
    const texts = textsFor(locale);
    const found = await withInvokeDeadline(({ signal }) => this.#find(connection, token, query, signal));
    if (found === 'refused') return [say(texts.signInFailed(wordsFor(locale).signIn[0]))];
    return this.#parts.search.answer({ query, texts, sender: { locale } }, [found], seen);
  }

  async #find(
    connection: ConnectedConnection,
    token: string,
    query: Query,
    signal: AbortSignal,
  ): Promise<SearchOutcome | 'refused'> {
    const { connectedAccount, source, turns, id } = connection;
    const credential = await connectedAccount?.credential(token, Date.now()).catch(unlessRefused);
    if (!credential) return 'refused';
    const live = { credential, version: '' };
    try {
      const call = () => source.search(query, { accessToken: token, signal });
      const answer = await turns.take(`${id}/${credential.account.subject}`, signal, call);
      return { connection, state: 'answered', answer, live };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return error.failure === 'unauthorized' ? 'refused' : { connection, state: 'failed', error, live };
    }
  }
}

/** A token that is not good is no outage. */
function unlessRefused(error: unknown): Credential | undefined {
  if (error instanceof ProviderError && error.failure === 'invalid_grant') return undefined;
  throw error;
}

/** The one entity of that type; none, where there are several. */
function readToken(entities: unknown): Token | undefined {
  const all = Array.isArray(entities) ? entities.filter(isObject) : [];
  const [entity, ...others] = all.filter(({ type }) => type === 'AuthorizationToken');
  if (!entity || others.length > 0) return undefined;
  const { status, token } = entity;
  if (status === '3') return { status };
  if ((status !== '1' && status !== '2') || typeof token !== 'string' || token === '') return undefined;
  return { status, token };
}
