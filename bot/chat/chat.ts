import { languageFor } from '../language.ts';
import type { ShownAccount } from '../sign-in/identity-provider.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { accountsCard } from '../teams/account-cards.ts';
import { accountWords } from '../teams/account-words.ts';
import type { AccountAction } from '../teams/accounts.ts';
import { type SearchConnection, userKey } from '../teams/connection.ts';
import { withInvokeDeadline } from '../teams/deadline.ts';
import type { ReportError } from '../teams/found.ts';
import { sanitizeText } from '../teams/inert.ts';
import { textsFor } from '../teams/locales/texts.ts';
import { signInRequest } from '../teams/query.ts';
import type { RequestContext } from '../teams/reception.ts';
import { signOutCard } from './cards.ts';
import { alsoSignIn, type ChatSearch } from './chat-search.ts';
import { COMMAND_WORDS, type CommandWords } from './command-words.ts';
import { readMore } from './more-results.ts';
import { findNamed, type NamedConnections } from './named-connections.ts';
import { promptIn } from './prompt-in.ts';
import { offer, type Reply, say, show } from './replies.ts';
import { type Asked, readSaid } from './said.ts';
import { Unfinished } from './unfinished.ts';

export interface ChatParts {
  signIn: SignIn;
  search: ChatSearch;
  connections: readonly SearchConnection[];
  report: ReportError;
}

const LONGEST = 100;
/** How long the next message is the answer to "What shall I look for?". */
const QUESTION_MS = 120_000;

/** What is answered to a message, on whichever channel it came: who speaks is known by then. */
export class Chat {
  readonly #parts: ChatParts;
  /** Who was asked what to look for, and where. */
  readonly #questions = new Unfinished(QUESTION_MS);

  constructor(parts: ChatParts) {
    this.#parts = parts;
  }

  /** Never rejects: what goes wrong is said, with a reference. */
  async hear(guest: RequestContext, message: Record<string, unknown>): Promise<Reply[]> {
    const more = readMore(message.value);
    if (more) return this.#orWords(guest, this.#parts.search.find(guest, more.text, more.seen));
    const asked = readSaid(message, guest.sender.locale);
    const text = this.#textToFind(guest, asked);
    const answer =
      text === '' ? withInvokeDeadline(() => this.#answer(guest, asked)) : this.#parts.search.find(guest, text);
    return this.#orWords(guest, answer);
  }

  /** Empty where nothing is searched for. A message without a command is the answer to the bot's own question. */
  #textToFind({ sender }: RequestContext, asked: Asked): string {
    const isAnswer = this.#questions.take(sender, performance.now()) !== undefined;
    return asked.command === 'search' || (asked.command === 'unknown' && isAnswer) ? asked.text : '';
  }

  /** For somebody who is new here. */
  welcome(locale: string): Reply {
    const texts = textsFor(locale);
    const { search, signIn, whoAmI, signOut } = wordsFor(locale);
    const titles = texts.list(this.#parts.connections.map(({ title }) => sanitizeText(title, LONGEST)));
    const buttons = [signIn, whoAmI, signOut].map(([word]) => ({ type: 'imBack' as const, title: word, value: word }));
    return offer(`${texts.chatWelcome(titles)} ${texts.chatHow(search[0])}`, buttons);
  }

  /** Who they are at each connection. Never rejects. */
  async accounts(guest: RequestContext): Promise<Reply[]> {
    return this.hear(guest, { text: COMMAND_WORDS.en.whoAmI[0] });
  }

  /** They came back from the sign-in page. */
  async signedIn(guest: RequestContext, connectionId: string): Promise<Reply> {
    const accounts = await this.#parts.signIn.accounts.list(guest.sender, Date.now());
    const account = accounts.find(({ id }) => id === connectionId)?.account;
    if (!account) return say(guest.texts.signInFailed(wordsFor(guest.sender.locale).signIn[0]));
    return this.signedInAs(guest, connectionId, account);
  }

  /** Who they are now. */
  signedInAs({ texts }: RequestContext, connectionId: string, account: ShownAccount): Reply {
    const { title } = this.#parts.connections.find(({ id }) => id === connectionId) ?? { title: connectionId };
    return say(texts.signedInTo(title, sanitizeText(accountWords(account, texts), LONGEST)));
  }

  /** What they searched for before they were asked to sign in. Never rejects. */
  async resume(guest: RequestContext): Promise<Reply[]> {
    return this.#orWords(guest, this.#parts.search.resume(guest));
  }

  #orWords({ texts }: RequestContext, answer: Promise<Reply[]>): Promise<Reply[]> {
    return answer.catch((error: unknown) => [say(texts.chatUnavailable(this.#parts.report(error, 'all')))]);
  }

  async #answer(guest: RequestContext, asked: Asked): Promise<Reply[]> {
    const { texts, sender } = guest;
    switch (asked.command) {
      case 'search':
        this.#questions.keep(sender, '', performance.now());
        return [say(texts.chatSearchWhat)];
      case 'signIn':
        return this.#signIn(guest, findNamed(asked.what, this.#parts.connections).connections);
      case 'signOut':
        return this.#signOutOf(guest, findNamed(asked.what, this.#parts.connections));
      case 'whoAmI':
        return [show([accountsCard(await this.#parts.signIn.accounts.list(sender, Date.now()), texts)])];
      case 'choice':
        return this.#choose(guest, asked.choice);
      case 'unknown':
        return [this.#offerToSearch(guest, asked.text)];
      case 'help':
        return [this.welcome(sender.locale)];
    }
  }

  /** A prompt for each where they are not signed in yet; where that is none, who they are. */
  async #signIn(guest: RequestContext, connections: readonly SearchConnection[]): Promise<Reply[]> {
    const accounts = await this.#parts.signIn.accounts.list(guest.sender, Date.now());
    const wanted = accounts.filter(({ id }) => connections.some((connection) => connection.id === id));
    const open = wanted.filter(({ account }) => !account);
    if (open.length === 0) return [show([accountsCard(wanted, guest.texts)])];
    return [await promptIn(this.#parts.signIn, guest, open)];
  }

  /** Where it is not clear which they mean, they are asked: to sign out of all would end more than they want. */
  async #signOutOf(
    guest: RequestContext,
    { connections, certain }: NamedConnections<SearchConnection>,
  ): Promise<Reply[]> {
    if (certain) return this.#signOut(guest, connections);
    const { texts, sender } = guest;
    const accounts = await this.#parts.signIn.accounts.list(sender, Date.now());
    const signedIn = accounts.filter(({ account }) => account);
    const meant = signedIn.filter(({ id }) => connections.some((connection) => connection.id === id));
    if (signedIn.length === 0) return [say(texts.notSignedIn)];
    return [show([signOutCard(meant.length > 0 ? meant : signedIn, texts)])];
  }

  async #signOut(guest: RequestContext, connections: readonly SearchConnection[]): Promise<Reply[]> {
    const { sender, texts } = guest;
    this.#parts.search.forget(guest);
    const titles: string[] = [];
    for (const { id, title, typing } of connections) {
      typing.forget(userKey(sender.asker));
      if (await this.#parts.signIn.signOut(signInRequest(sender, id), Date.now())) titles.push(title);
    }
    if (titles.length > 0) return [say(texts.signedOut(texts.list(titles)))];
    const isAll = connections.length === this.#parts.connections.length;
    return [say(isAll ? texts.notSignedIn : alsoSignIn(guest, connections))];
  }

  /** A button may be old, or made up: what it names may not be there. */
  async #choose(guest: RequestContext, choice: AccountAction): Promise<Reply[]> {
    const { connections } = this.#parts;
    const { sender } = guest;
    if ('signOutOfAll' in choice) return this.#signOut(guest, connections);
    if ('showFrom' in choice) {
      const accounts = await this.#parts.signIn.accounts.list(sender, Date.now());
      return [show([accountsCard(accounts, guest.texts, choice.showFrom)])];
    }
    const id = 'signOut' in choice ? choice.signOut : choice.signIn;
    const found = connections.filter((connection) => connection.id === id);
    if (found.length === 0) return [this.welcome(sender.locale)];
    if ('signOut' in choice) return this.#signOut(guest, found);
    return choice.chooseAccount
      ? [await promptIn(this.#parts.signIn, guest, found, { chooseAccount: true })]
      : this.#signIn(guest, found);
  }

  #offerToSearch({ sender, texts }: RequestContext, text: string): Reply {
    const [search] = wordsFor(sender.locale).search;
    const shown = sanitizeText(text, LONGEST);
    return offer(texts.chatUnknown(shown), [
      { type: 'imBack', title: texts.searchFor(shown), value: `${search} ${text}` },
      ...[wordsFor(sender.locale).help[0]].map((word) => ({ type: 'imBack' as const, title: word, value: word })),
    ]);
  }
}

/** The commands as they are called in somebody's language. */
export function wordsFor(locale: string): CommandWords {
  return COMMAND_WORDS[languageFor(locale) ?? 'en'];
}
