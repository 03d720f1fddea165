import type { Connection, ConnectionsFor } from '../connection.ts';
import { withInvokeDeadline } from '../platform/deadline.ts';
import type { ShownAccount } from '../sign-in/providers/identity-provider.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { type User, userKey } from '../sign-in/user.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import type { AccountAction } from '../teams/account-commands.ts';
import { accountMessage, accountsCard } from '../teams/cards/account-cards.ts';
import { sanitizeText } from '../teams/cards/sanitize.ts';
import { messagesFor } from '../teams/locales/texts.ts';
import type { ReportError } from '../teams/search/outcome.ts';
import { signInUser } from '../teams/search/query.ts';
import { alsoSignIn, type ChatSearch, PendingSearches } from './chat-search.ts';
import { type ChatCommandRequest, commandWords, parseCommand } from './commands.ts';
import { findNamed, type NamedConnections } from './named-connections.ts';
import { adaptiveCardReply, heroCardReply, type Reply, signInReply, textReply } from './replies.ts';
import { readMore, signOutCard } from './result-cards.ts';

interface ChatDependencies {
  signIn: SignIn;
  search: ChatSearch;
  connectionsFor: ConnectionsFor;
  report: ReportError;
}

const MAX_SHOWN_LENGTH = 100;
/** Within this time, the next message is the search text. */
const SEARCH_PROMPT_MS = 120_000;

export class Chat {
  readonly #deps: ChatDependencies;
  readonly #requests = new PendingSearches(SEARCH_PROMPT_MS);

  constructor(deps: ChatDependencies) {
    this.#deps = deps;
  }

  /** Never rejects: an error reply contains a reference. */
  async onMessage(context: RequestContext, message: Record<string, unknown>): Promise<Reply[]> {
    if (this.#deps.connectionsFor(context.asker).length === 0) return [textReply(context.messages.notAllowed)];
    const more = readMore(message.value);
    if (more) return this.#orErrorReply(context, this.#deps.search.find(context, more.text, more.seen));
    const request = parseCommand(message, context.locale);
    const text = this.#textToFind(context, request);
    const response =
      text === '' ? withInvokeDeadline(() => this.#respond(context, request)) : this.#deps.search.find(context, text);
    return this.#orErrorReply(context, response);
  }

  #textToFind(context: RequestContext, request: ChatCommandRequest): string {
    const isResponse = this.#requests.take(context, performance.now()) !== undefined;
    return request.command === 'search' || (request.command === 'unknown' && isResponse) ? request.text : '';
  }

  /** @param person undefined for an activity without an identity */
  welcome(locale: string, person: User | undefined): Reply {
    const messages = messagesFor(locale);
    const { search, signIn, whoAmI, signOut } = commandWords(locale);
    const titles = this.#deps.connectionsFor(person).map(({ title }) => sanitizeText(title, MAX_SHOWN_LENGTH));
    if (titles.length === 0 && person) return textReply(messages.notAllowed);
    const what = titles.length > 0 ? `${messages.chatWelcome(messages.list(titles))} ` : '';
    const buttons = [signIn, whoAmI, signOut].map(([word]) => ({ type: 'imBack' as const, title: word, value: word }));
    return heroCardReply(`${what}${messages.chatHow(search[0])}`, buttons);
  }

  async accounts(context: RequestContext): Promise<Reply[]> {
    return this.onMessage(context, { text: commandWords('en').whoAmI[0] });
  }

  async signedIn(context: RequestContext, connectionId: string): Promise<Reply> {
    const accounts = await this.#deps.signIn.accounts(context, Date.now());
    const account = accounts.find(({ id }) => id === connectionId)?.account;
    if (!account) return textReply(context.messages.signInFailed(commandWords(context.locale).signIn[0]));
    return this.signedInAs(context, connectionId, account);
  }

  signedInAs({ asker, messages }: RequestContext, connectionId: string, account: ShownAccount): Reply {
    const { title } = this.#deps.connectionsFor(asker).find(({ id }) => id === connectionId) ?? { title: connectionId };
    return textReply(messages.signedInTo(title, sanitizeText(accountMessage(account, messages), MAX_SHOWN_LENGTH)));
  }

  /** Runs the search that waited for the sign-in. Never rejects. */
  async resume(context: RequestContext): Promise<Reply[]> {
    return this.#orErrorReply(context, this.#deps.search.resume(context));
  }

  #orErrorReply({ messages }: RequestContext, response: Promise<Reply[]>): Promise<Reply[]> {
    return response.catch((error: unknown) => [textReply(messages.chatUnavailable(this.#deps.report(error, 'all')))]);
  }

  async #respond(context: RequestContext, request: ChatCommandRequest): Promise<Reply[]> {
    const { messages, asker } = context;
    const connections = this.#deps.connectionsFor(asker);
    switch (request.command) {
      case 'search':
        this.#requests.keep(context, '', performance.now());
        return [textReply(messages.chatSearchWhat)];
      case 'signIn':
        return this.#signIn(context, findNamed(request.what, connections).connections);
      case 'signOut':
        return this.#signOutOf(context, findNamed(request.what, connections));
      case 'whoAmI':
        return [adaptiveCardReply([accountsCard(await this.#deps.signIn.accounts(context, Date.now()), messages)])];
      case 'choice':
        return this.#choose(context, request.choice);
      case 'unknown':
        return [this.#offerToSearch(context, request.text)];
      case 'help':
        return [this.welcome(context.locale, asker)];
    }
  }

  async #signIn(context: RequestContext, connections: readonly Connection[]): Promise<Reply[]> {
    const accounts = await this.#deps.signIn.accounts(context, Date.now());
    const wanted = accounts.filter(({ id }) => connections.some((connection) => connection.id === id));
    const open = wanted.filter(({ account }) => !account);
    if (open.length === 0) return [adaptiveCardReply([accountsCard(wanted, context.messages)])];
    return [await signInReply(this.#deps.signIn, context, open)];
  }

  /** For an ambiguous name the bot asks, so that it keeps other sign-ins. */
  async #signOutOf(context: RequestContext, { connections, certain }: NamedConnections<Connection>): Promise<Reply[]> {
    if (certain) return this.#signOut(context, connections);
    const { messages } = context;
    const accounts = await this.#deps.signIn.accounts(context, Date.now());
    const signedIn = accounts.filter(({ account }) => account);
    const meant = signedIn.filter(({ id }) => connections.some((connection) => connection.id === id));
    if (signedIn.length === 0) return [textReply(messages.notSignedIn)];
    return [adaptiveCardReply([signOutCard(meant.length > 0 ? meant : signedIn, messages)])];
  }

  async #signOut(context: RequestContext, connections: readonly Connection[]): Promise<Reply[]> {
    const { messages } = context;
    this.#deps.search.forget(context);
    for (const { source } of connections) source.forgetUser(userKey(context.asker));
    const ids = connections.map(({ id }) => id);
    const signedOut = await this.#deps.signIn.signOutOf(signInUser(context), ids, Date.now());
    const titles = connections.filter(({ id }) => signedOut.includes(id)).map(({ title }) => title);
    if (titles.length > 0) return [textReply(messages.signedOut(messages.list(titles)))];
    const isAll = connections.length === this.#deps.connectionsFor(context.asker).length;
    return [textReply(isAll ? messages.notSignedIn : alsoSignIn(context, connections))];
  }

  /** A button may be old or forged, so its connection may not exist. */
  async #choose(context: RequestContext, choice: AccountAction): Promise<Reply[]> {
    const connections = this.#deps.connectionsFor(context.asker);
    if ('signOutOfAll' in choice) return this.#signOut(context, connections);
    if ('showFrom' in choice) {
      const accounts = await this.#deps.signIn.accounts(context, Date.now());
      return [adaptiveCardReply([accountsCard(accounts, context.messages, choice.showFrom)])];
    }
    const id = 'signOut' in choice ? choice.signOut : choice.signIn;
    const chosen = connections.filter((connection) => connection.id === id);
    if (chosen.length === 0) return [this.welcome(context.locale, context.asker)];
    if ('signOut' in choice) return this.#signOut(context, chosen);
    return choice.chooseAccount
      ? [await signInReply(this.#deps.signIn, context, chosen, { chooseAccount: true })]
      : this.#signIn(context, chosen);
  }

  #offerToSearch({ locale, messages }: RequestContext, text: string): Reply {
    const { search, help } = commandWords(locale);
    const shown = sanitizeText(text, MAX_SHOWN_LENGTH);
    return heroCardReply(messages.chatUnknown(shown), [
      { type: 'imBack', title: messages.searchFor(shown), value: `${search[0]} ${text}` },
      { type: 'imBack', title: help[0], value: help[0] },
    ]);
  }
}
