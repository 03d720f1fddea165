import type { InvokeResponse } from 'botbuilder';
import type { SignInState } from '../sign-in/outcomes.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { withInvokeDeadline } from '../teams/deadline.ts';
import type { ReportError } from '../teams/found.ts';
import { signInRequest } from '../teams/query.ts';
import type { RequestContext } from '../teams/reception.ts';
import { isObject } from '../teams/record.ts';
import type { Chat } from './chat.ts';
import { promptIn } from './prompt-in.ts';
import { askToSignIn, type Reply } from './replies.ts';

export interface TokenExchangeParts {
  signIn: SignIn;
  chat: Chat;
  /** Their titles are on the buttons. */
  connections: readonly { id: string; title: string }[];
  report: ReportError;
}

/** What the Teams client brings: a token, for which card (`id`) and connection. Nothing of it is known to be true. */
export interface Exchange {
  id: string;
  connectionName: string;
  token: string;
}

/** What is answered, and what is said in the chat. */
export interface Exchanged {
  answer: InvokeResponse;
  said: readonly Reply[];
  signedIn: boolean;
}

const LONGEST = 300;
/** Teams asks each of a person's devices, and each brings a token: a chat hears of it once, for as long as a card may wait.
 * Milliseconds. */
const SAID = 600_000;
/** Likewise, of those that could not. */
const FAILED = 30_000;

/** Reads `value`; `undefined` when it does not have the form of one. */
export function readExchange(value: unknown): Exchange | undefined {
  if (!isObject(value)) return undefined;
  const { id, connectionName, token } = value;
  if (!isName(id) || !isName(connectionName) || typeof token !== 'string' || token === '') return undefined;
  return { id, connectionName, token };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

/** Signing in in a chat by a token that the Teams client got without a window: verified, and exchanged once, as it is for a
 * query (T67). Teams shows the button of its card for every status but 200. */
export class TokenExchanges {
  readonly #parts: TokenExchangeParts;

  constructor(parts: TokenExchangeParts) {
    this.#parts = parts;
  }

  /** 200: signed in; 412: by the button; 400: no connection that takes tokens. Never rejects. */
  async answer(guest: RequestContext, exchange: Exchange): Promise<Exchanged> {
    const connectionId = this.#parts.signIn.chat.connectionForExchange(exchange.connectionName);
    if (connectionId === undefined) return refused(exchange, 400, 'connection.unknown');
    try {
      return await withInvokeDeadline(() => this.#exchange(guest, connectionId, exchange));
    } catch (error) {
      this.#parts.report(error, connectionId);
      return refused(exchange, 412, 'exchange.unavailable');
    }
  }

  /** Their Teams client had no token to bring, and may have shown nothing: they are asked with a window. Never rejects. */
  async withWindow(guest: RequestContext): Promise<readonly Reply[]> {
    const { signIn, report } = this.#parts;
    try {
      return await withInvokeDeadline(() => this.#askAgain(guest));
    } catch (error) {
      report(error, signIn.chat.exchangeableConnections().join());
      return [];
    }
  }

  async #exchange(guest: RequestContext, connectionId: string, exchange: Exchange): Promise<Exchanged> {
    const { signIn, chat } = this.#parts;
    const visit = signInRequest(guest.sender, connectionId);
    const session = await signIn.session(visit, { code: undefined, token: exchange.token }, Date.now());
    const { id, connectionName } = exchange;
    if (session.state === 'signed_in') {
      const { account } = session.credential;
      const said = await this.#once(guest, connectionId, id, () => chat.signedInAs(guest, connectionId, account));
      return { answer: { status: 200, body: { id, connectionName } }, said, signedIn: true };
    }
    const said = await this.#once(guest, connectionId, `${id} challenged`, () =>
      this.#challenge(guest, connectionId, session),
    );
    return { ...refused(exchange, 412, 'signin.required'), said };
  }

  /** The card that is there knows nothing of what a policy wants. */
  #challenge({ texts }: RequestContext, connectionId: string, session: SignInState): Reply | undefined {
    if (session.state !== 'signed_out' || !session.challenged || !session.prompt) return undefined;
    const { title = connectionId } = this.#parts.connections.find(({ id }) => id === connectionId) ?? {};
    const words = texts.signIn(title);
    return askToSignIn([{ url: session.prompt.url, title: words }], words);
  }

  async #askAgain(guest: RequestContext): Promise<Reply[]> {
    const { signIn } = this.#parts;
    const { sender } = guest;
    const ids = signIn.chat.exchangeableConnections();
    const owner = { asker: sender.asker, connectionId: '' };
    if (
      ids.length === 0 ||
      !(await signIn.chat.claimOnce(owner, `failure ${sender.conversationId}`, FAILED, Date.now()))
    )
      return [];
    const accounts = await signIn.accounts.list(sender, Date.now());
    const open = accounts.filter(({ id, account }) => ids.includes(id) && !account);
    return open.length > 0 ? [await promptIn(signIn, guest, open, { window: true })] : [];
  }

  async #once(
    { sender }: RequestContext,
    connectionId: string,
    what: string,
    say: () => Reply | undefined,
  ): Promise<Reply[]> {
    const reply = say();
    const owner = { asker: sender.asker, connectionId };
    const due = reply && (await this.#parts.signIn.chat.claimOnce(owner, what, SAID, Date.now()));
    return due ? [reply] : [];
  }
}

function refused({ id, connectionName }: Exchange, status: 400 | 412, failureDetail: string): Exchanged {
  return { answer: { status, body: { id, connectionName, failureDetail } }, said: [], signedIn: false };
}
