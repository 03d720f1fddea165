import { withInvokeDeadline } from '../platform/deadline.ts';
import { languageFor } from '../platform/language.ts';
import type { ShownAccount } from '../sign-in/providers/identity-provider.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import type { AccountAction } from '../teams/account-commands.ts';
import { accountMessage, accountsCard } from '../teams/cards/account-cards.ts';
import { sanitizeText } from '../teams/cards/sanitize.ts';
import { messagesFor } from '../teams/locales/texts.ts';
import type { ReportError } from '../teams/search/outcome.ts';
import { signInRequest } from '../teams/search/query.ts';
import { type SearchConnection, userKey } from '../teams/search/search-connection.ts';
import { alsoSignIn, type ChatSearch } from './chat-search.ts';
import { type ChatCommandRequest, COMMAND_WORDS, type CommandPhrases, parseCommand } from './commands.ts';
import { findNamed, type NamedConnections } from './named-connections.ts';
import { PendingSearches } from './pending-searches.ts';
import { adaptiveCardReply, heroCardReply, type Reply, signInReply, textReply } from './replies.ts';
import { readMore, signOutCard } from './result-cards.ts';

export interface ChatDependencies {
  signIn: SignIn;
  search: ChatSearch;
  connections: readonly SearchConnection[];
  report: ReportError;
}

const MAX_SHOWN_LENGTH = 100;
/** How long the next message is the answer to "What shall I look for?". */
const QUESTION_MS = 120_000;

/** What is answered to a message, on whichever channel it came: who speaks is known by then. */
export class Chat {
  readonly #deps: ChatDependencies;
  /** Who was asked what to look for, and where. */
  readonly #requests = new PendingSearches(QUESTION_MS);

  constructor(deps: ChatDependencies) {
    this.#deps = deps;
  }

  /** Never rejects: what goes wrong is said, with a reference. */
  async onMessage(guest: RequestContext, message: Record<string, unknown>): Promise<Reply[]> {
    const more = readMore(message.value);
    if (more) return this.#orErrorReply(guest, this.#deps.search.find(guest, more.text, more.seen));
    const request = parseCommand(message, guest.sender.locale);
    const text = this.#textToFind(guest, request);
    const response =
      text === '' ? withInvokeDeadline(() => this.#respond(guest, request)) : this.#deps.search.find(guest, text);
    return this.#orErrorReply(guest, response);
  }

  /** Empty where nothing is searched for. A message without a command is the answer to the bot's own question. */
  #textToFind({ sender }: RequestContext, request: ChatCommandRequest): string {
    const isResponse = this.#requests.take(sender, performance.now()) !== undefined;
    return request.command === 'search' || (request.command === 'unknown' && isResponse) ? request.text : '';
  }

  /** For somebody who is new here. */
  welcome(locale: string): Reply {
    const messages = messagesFor(locale);
    const { search, signIn, whoAmI, signOut } = messageFor(locale);
    const titles = messages.list(this.#deps.connections.map(({ title }) => sanitizeText(title, MAX_SHOWN_LENGTH)));
    const buttons = [signIn, whoAmI, signOut].map(([word]) => ({ type: 'imBack' as const, title: word, value: word }));
    return heroCardReply(`${messages.chatWelcome(titles)} ${messages.chatHow(search[0])}`, buttons);
  }

  /** Who they are at each connection. Never rejects. */
  async accounts(guest: RequestContext): Promise<Reply[]> {
    return this.onMessage(guest, { text: COMMAND_WORDS.en.whoAmI[0] });
  }

  /** They came back from the sign-in page. */
  async signedIn(guest: RequestContext, connectionId: string): Promise<Reply> {
    const accounts = await this.#deps.signIn.accounts.list(guest.sender, Date.now());
    const account = accounts.find(({ id }) => id === connectionId)?.account;
    if (!account) return textReply(guest.messages.signInFailed(messageFor(guest.sender.locale).signIn[0]));
    return this.signedInAs(guest, connectionId, account);
  }

  /** Who they are now. */
  signedInAs({ messages }: RequestContext, connectionId: string, account: ShownAccount): Reply {
    const { title } = this.#deps.connections.find(({ id }) => id === connectionId) ?? { title: connectionId };
    return textReply(messages.signedInTo(title, sanitizeText(accountMessage(account, messages), MAX_SHOWN_LENGTH)));
  }

  /** What they searched for before they were asked to sign in. Never rejects. */
  async resume(guest: RequestContext): Promise<Reply[]> {
    return this.#orErrorReply(guest, this.#deps.search.resume(guest));
  }

  #orErrorReply({ messages }: RequestContext, response: Promise<Reply[]>): Promise<Reply[]> {
    return response.catch((error: unknown) => [textReply(messages.chatUnavailable(this.#deps.report(error, 'all')))]);
  }

  async #respond(guest: RequestContext, request: ChatCommandRequest): Promise<Reply[]> {
    const { messages, sender } = guest;
    switch (request.command) {
      case 'search':
        this.#requests.keep(sender, '', performance.now());
        return [textReply(messages.chatSearchWhat)];
      case 'signIn':
        return this.#signIn(guest, findNamed(request.what, this.#deps.connections).connections);
      case 'signOut':
        return this.#signOutOf(guest, findNamed(request.what, this.#deps.connections));
      case 'whoAmI':
        return [adaptiveCardReply([accountsCard(await this.#deps.signIn.accounts.list(sender, Date.now()), messages)])];
      case 'choice':
        return this.#choose(guest, request.choice);
      case 'unknown':
        return [this.#offerToSearch(guest, request.text)];
      case 'help':
        return [this.welcome(sender.locale)];
    }
  }

  /** A prompt for each where they are not signed in yet; where that is none, who they are. */
  async #signIn(guest: RequestContext, connections: readonly SearchConnection[]): Promise<Reply[]> {
    const accounts = await this.#deps.signIn.accounts.list(guest.sender, Date.now());
    const wanted = accounts.filter(({ id }) => connections.some((connection) => connection.id === id));
    const open = wanted.filter(({ account }) => !account);
    if (open.length === 0) return [adaptiveCardReply([accountsCard(wanted, guest.messages)])];
    return [await signInReply(this.#deps.signIn, guest, open)];
  }

  /** Where it is not clear which they mean, they are asked: to sign out of all would end more than they want. */
  async #signOutOf(
    guest: RequestContext,
    { connections, certain }: NamedConnections<SearchConnection>,
  ): Promise<Reply[]> {
    if (certain) return this.#signOut(guest, connections);
    const { messages, sender } = guest;
    const accounts = await this.#deps.signIn.accounts.list(sender, Date.now());
    const signedIn = accounts.filter(({ account }) => account);
    const meant = signedIn.filter(({ id }) => connections.some((connection) => connection.id === id));
    if (signedIn.length === 0) return [textReply(messages.notSignedIn)];
    return [adaptiveCardReply([signOutCard(meant.length > 0 ? meant : signedIn, messages)])];
  }

  async #signOut(guest: RequestContext, connections: readonly SearchConnection[]): Promise<Reply[]> {
    const { sender, messages } = guest;
    this.#deps.search.forget(guest);
    const titles: string[] = [];
    for (const { id, title, typing } of connections) {
      typing.forget(userKey(sender.asker));
      if (await this.#deps.signIn.signOut(signInRequest(sender, id), Date.now())) titles.push(title);
    }
    if (titles.length > 0) return [textReply(messages.signedOut(messages.list(titles)))];
    const isAll = connections.length === this.#deps.connections.length;
    return [textReply(isAll ? messages.notSignedIn : alsoSignIn(guest, connections))];
  }

  /** A button may be old, or made up: what it names may not be there. */
  async #choose(guest: RequestContext, choice: AccountAction): Promise<Reply[]> {
    const { connections } = this.#deps;
    const { sender } = guest;
    if ('signOutOfAll' in choice) return this.#signOut(guest, connections);
    if ('showFrom' in choice) {
      const accounts = await this.#deps.signIn.accounts.list(sender, Date.now());
      return [adaptiveCardReply([accountsCard(accounts, guest.messages, choice.showFrom)])];
    }
    const id = 'signOut' in choice ? choice.signOut : choice.signIn;
    const chosen = connections.filter((connection) => connection.id === id);
    if (chosen.length === 0) return [this.welcome(sender.locale)];
    if ('signOut' in choice) return this.#signOut(guest, chosen);
    return choice.chooseAccount
      ? [await signInReply(this.#deps.signIn, guest, chosen, { chooseAccount: true })]
      : this.#signIn(guest, chosen);
  }

  #offerToSearch({ sender, messages }: RequestContext, text: string): Reply {
    const [search] = messageFor(sender.locale).search;
    const shown = sanitizeText(text, MAX_SHOWN_LENGTH);
    return heroCardReply(messages.chatUnknown(shown), [
      { type: 'imBack', title: messages.searchFor(shown), value: `${search} ${text}` },
      ...[messageFor(sender.locale).help[0]].map((word) => ({ type: 'imBack' as const, title: word, value: word })),
    ]);
  }
}

/** The commands as they are called in somebody's language. */
export function messageFor(locale: string): CommandPhrases {
  return COMMAND_WORDS[languageFor(locale) ?? 'en'];
}
