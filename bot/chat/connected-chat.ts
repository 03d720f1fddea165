import type { Connection } from '../connection.ts';
import { withInvokeDeadline } from '../platform/deadline.ts';
import { isObject } from '../platform/json.ts';
import { type Credential, ProviderError } from '../sign-in/providers/identity-provider.ts';
import { SourceError } from '../sources/source.ts';
import { localeOf } from '../teams/access-policy.ts';
import { messagesFor } from '../teams/locales/texts.ts';
import type { ReportError, SearchOutcome } from '../teams/search/outcome.ts';
import type { Query } from '../teams/search/query.ts';
import type { Chat } from './chat.ts';
import { type ChatSearch, RESULT_LIMIT } from './chat-search.ts';
import { commandWords, parseCommand } from './commands.ts';
import { type Reply, textReply } from './replies.ts';
import { type MoreResults, readMore } from './result-cards.ts';

interface ConnectedChatDependencies {
  connections: readonly Connection[];
  chat: Chat;
  search: ChatSearch;
  report: ReportError;
}

/** The channel's account status: 1 connected, 2 connected just now, 3 refused by the user. */
type Token = { status: '1' | '2'; token: string } | { status: '3' };

/** For a channel whose users connect an account in its settings. Every message contains a token, which the bot does
 * not store. */
export class ConnectedChat {
  readonly #deps: ConnectedChatDependencies;

  constructor(deps: ConnectedChatDependencies) {
    this.#deps = deps;
  }

  /** @returns `undefined` for a message without a trusted token. Never rejects. */
  async onMessage(activity: Record<string, unknown>): Promise<Reply[] | undefined> {
    // T71: on other channels a client can forge the entity.
    const connection = this.#deps.connections.find(({ connectedAccount }) =>
      connectedAccount?.trusts(activity.channelId),
    );
    const accountToken = connection && readToken(activity.entities);
    if (!connection || !accountToken) return undefined;
    const locale = localeOf(activity);
    const messages = messagesFor(locale);
    if (accountToken.status === '3') return [textReply(messages.signInCancelled(commandWords(locale).signIn[0]))];
    const more = readMore(activity.value);
    const request = parseCommand(activity, locale);
    const text = more?.text ?? (request.command === 'search' ? request.text : '');
    if (text === '') return [this.#deps.chat.welcome(locale, undefined)];
    return this.#search(connection, accountToken.token, { text, seen: more?.seen ?? {} }, locale).catch(
      (error: unknown) => [textReply(messages.chatUnavailable(this.#deps.report(error, connection.id)))],
    );
  }

  async #search(connection: Connection, token: string, { text, seen }: MoreResults, locale: string): Promise<Reply[]> {
    const skip = seen[connection.id] ?? 0;
    const query: Query = { commandId: '', text, skip, count: RESULT_LIMIT, presented: { code: undefined } };
    const messages = messagesFor(locale);
    const outcome = await withInvokeDeadline(({ signal }) => this.#find(connection, token, query, signal));
    if (outcome === 'refused') return [textReply(messages.signInFailed(commandWords(locale).signIn[0]))];
    return this.#deps.search.render({ query, messages, locale }, [outcome], seen);
  }

  async #find(
    connection: Connection,
    token: string,
    query: Query,
    signal: AbortSignal,
  ): Promise<SearchOutcome | 'refused'> {
    const { connectedAccount, source, id } = connection;
    const credential = await connectedAccount?.credential(token, Date.now()).catch(undefinedIfInvalid);
    if (!credential) return 'refused';
    const active = { credential, version: '' };
    try {
      const userKey = `${id}/${credential.account.subject}`;
      const response = await source.search(query, { accessToken: token, site: credential.site, signal, userKey });
      return { connection, state: 'answered', response, active };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return error.failure === 'unauthorized' ? 'refused' : { connection, state: 'failed', error, active };
    }
  }
}

function undefinedIfInvalid(error: unknown): Credential | undefined {
  if (error instanceof ProviderError && error.failure === 'invalid_grant') return undefined;
  throw error;
}

/** Refuses several tokens. */
function readToken(entities: unknown): Token | undefined {
  const all = Array.isArray(entities) ? entities.filter(isObject) : [];
  const [entity, ...others] = all.filter(({ type }) => type === 'AuthorizationToken');
  if (!entity || others.length > 0) return undefined;
  const { status, token } = entity;
  if (status === '3') return { status };
  if ((status !== '1' && status !== '2') || typeof token !== 'string' || token === '') return undefined;
  return { status, token };
}
