import type { InvokeResponse } from 'botbuilder';
import type { ConnectionsFor } from '../connection.ts';
import { withInvokeDeadline } from '../platform/deadline.ts';
import { isObject } from '../platform/json.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SignInState } from '../sign-in/types.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import type { ReportError } from '../teams/search/outcome.ts';
import { signInRequest } from '../teams/search/query.ts';
import type { Chat } from './chat.ts';
import { type Reply, signInReply, signinCardReply } from './replies.ts';

interface TokenExchangeDependencies {
  signIn: SignIn;
  chat: Chat;
  connectionsFor: ConnectionsFor;
  report: ReportError;
}

/** `id` names the card. A client may forge every field. */
interface TokenExchangeInvoke {
  id: string;
  connectionName: string;
  token: string;
}

interface ExchangeOutcome {
  response: InvokeResponse;
  replies: readonly Reply[];
  signedIn: boolean;
}

const MAX_ID_LENGTH = 300;
/** Milliseconds. Each device sends a token, but the chat gets one notice. */
const SIGNED_IN_NOTICE_TTL_MS = 600_000;
/** Milliseconds, for devices that report a failure. */
const FAILURE_NOTICE_TTL_MS = 30_000;

export function readExchange(value: unknown): TokenExchangeInvoke | undefined {
  if (!isObject(value)) return undefined;
  const { id, connectionName, token } = value;
  if (!isName(id) || !isName(connectionName) || typeof token !== 'string' || token === '') return undefined;
  return { id, connectionName, token };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH;
}

/** The Teams client got the token without a window (T67). For every status but 200, Teams shows the card's button. */
export class TokenExchanges {
  readonly #deps: TokenExchangeDependencies;

  constructor(deps: TokenExchangeDependencies) {
    this.#deps = deps;
  }

  /** 200: signed in. 412: sign in by the button. 400: unknown connection. Never rejects. */
  async exchange(context: RequestContext, exchange: TokenExchangeInvoke): Promise<ExchangeOutcome> {
    const usable = this.#deps.connectionsFor(context.asker).map(({ id }) => id);
    const connectionId = this.#deps.signIn.chat.connectionForExchange(exchange.connectionName, usable);
    if (connectionId === undefined) return refusal(exchange, 400, 'connection.unknown');
    try {
      return await withInvokeDeadline(() => this.#exchange(context, connectionId, exchange));
    } catch (error) {
      this.#deps.report(error, connectionId);
      return refusal(exchange, 412, 'exchange.unavailable');
    }
  }

  /** For a client that may have shown no button. Never rejects. */
  async promptWithWindow(context: RequestContext): Promise<readonly Reply[]> {
    const { signIn, report } = this.#deps;
    try {
      return await withInvokeDeadline(() => this.#askAgain(context));
    } catch (error) {
      report(error, signIn.chat.exchangeableConnections().join());
      return [];
    }
  }

  async #exchange(
    context: RequestContext,
    connectionId: string,
    exchange: TokenExchangeInvoke,
  ): Promise<ExchangeOutcome> {
    const { signIn, chat } = this.#deps;
    const request = signInRequest(context, connectionId);
    const presented = { code: undefined, token: exchange.token };
    const state = await signIn.at(connectionId, context.asker).state(request, presented, Date.now());
    const { id, connectionName } = exchange;
    if (state.state === 'signed_in') {
      const { account } = state.credential;
      const messages = await this.#replyOnce(context, connectionId, id, () =>
        chat.signedInAs(context, connectionId, account),
      );
      return { response: { status: 200, body: { id, connectionName } }, replies: messages, signedIn: true };
    }
    const replies = await this.#replyOnce(context, connectionId, `${id} challenged`, () =>
      this.#challenge(context, connectionId, state),
    );
    return { ...refusal(exchange, 412, 'signin.required'), replies };
  }

  /** The card lacks the claims that an Entra policy requires. */
  #challenge({ asker, messages }: RequestContext, connectionId: string, state: SignInState): Reply | undefined {
    if (state.state !== 'signed_out' || !state.challenged || !state.prompt) return undefined;
    const { title = connectionId } = this.#deps.connectionsFor(asker).find(({ id }) => id === connectionId) ?? {};
    const message = messages.signIn(title);
    return signinCardReply([{ url: state.prompt.url, title: message }], message);
  }

  async #askAgain(context: RequestContext): Promise<Reply[]> {
    const { signIn } = this.#deps;
    const ids = signIn.chat.exchangeableConnections();
    const owner = { asker: context.asker, connectionId: '' };
    if (
      ids.length === 0 ||
      !(await signIn.chat.claimOnce(owner, `failure ${context.conversationId}`, FAILURE_NOTICE_TTL_MS, Date.now()))
    )
      return [];
    const accounts = await signIn.accounts(context, Date.now());
    const open = accounts.filter(({ id, account }) => ids.includes(id) && !account);
    return open.length > 0 ? [await signInReply(signIn, context, open, { window: true })] : [];
  }

  async #replyOnce(
    { asker }: RequestContext,
    connectionId: string,
    subject: string,
    makeReply: () => Reply | undefined,
  ): Promise<Reply[]> {
    const reply = makeReply();
    const owner = { asker, connectionId };
    const due = reply && (await this.#deps.signIn.chat.claimOnce(owner, subject, SIGNED_IN_NOTICE_TTL_MS, Date.now()));
    return due ? [reply] : [];
  }
}

function refusal(
  { id, connectionName }: TokenExchangeInvoke,
  status: 400 | 412,
  failureDetail: string,
): ExchangeOutcome {
  return { response: { status, body: { id, connectionName, failureDetail } }, replies: [], signedIn: false };
}
