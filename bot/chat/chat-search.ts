import { languageFor } from '../language.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SearchConnection } from '../teams/connection.ts';
import {
  attachmentsOf,
  type Found,
  isIncomplete,
  type Report,
  type Search,
  type Shown,
  wordsFor as wordsOf,
} from '../teams/found.ts';
import type { JsonText } from '../teams/json-text.ts';
import { interleave } from '../teams/merge.ts';
import type { Guest } from '../teams/reception.ts';
import { SearchAll } from '../teams/search-all.ts';
import { COMMAND_WORDS } from './command-words.ts';
import { promptIn } from './prompt-in.ts';
import { type Reply, say, show } from './replies.ts';
import { Unfinished } from './unfinished.ts';

export interface ChatSearchParts {
  signIn: SignIn;
  connections: readonly SearchConnection[];
  report: Report;
}

/** Teams shows so many cards beside each other. */
export const MOST = 10;

/** Also where all that is left is to allow something: that is done on the same page. */
function isSignedOut({ state }: Found): boolean {
  return state === 'signed_out' || state === 'consent_required';
}

/** The card itself: a list's preview is of no use here. */
function cardOf(attachment: JsonText): Record<string, unknown> {
  return JSON.parse(attachment).content;
}

/** "search …": the cards that the messaging extension shows, beside each other; and words for what gave none. */
export class ChatSearch {
  readonly #parts: ChatSearchParts;
  readonly #all: SearchAll;
  readonly #unfinished = new Unfinished();

  constructor(parts: ChatSearchParts) {
    this.#parts = parts;
    this.#all = new SearchAll(parts.signIn);
  }

  /** Who is not signed in anywhere is asked to, and need not say it again then.
   * @throws {ProviderError} where another service has the address to sign in at, and is out of reach */
  async find(guest: Guest, text: string): Promise<Reply[]> {
    const { search, all } = await this.#searchAll(guest, text);
    if (!all.every(isSignedOut)) return this.answer(search, all);
    this.#unfinished.keep(guest.sender, text, performance.now());
    return [
      await promptIn(
        this.#parts.signIn,
        guest,
        all.map(({ connection }) => connection),
      ),
    ];
  }

  /** They have signed in: what they were asked to for is searched; nothing, where that was not known here. */
  async resume(guest: Guest): Promise<Reply[]> {
    const text = this.#unfinished.take(guest.sender, performance.now());
    if (text === undefined) return [];
    const { search, all } = await this.#searchAll(guest, text);
    if (!all.every(isSignedOut)) return this.answer(search, all);
    // Not yet, after all.
    this.#unfinished.keep(guest.sender, text, performance.now());
    return [];
  }

  /** Who signs out does not wait for it any more. */
  forget({ sender }: Guest): void {
    this.#unfinished.take(sender, performance.now());
  }

  async #searchAll({ sender, texts }: Guest, text: string): Promise<{ search: Search; all: Found[] }> {
    const query = { commandId: '', text, skip: 0, count: MOST, brought: { code: undefined } };
    // Not where the same person types in the search box: neither ends the other's search.
    const search = { texts, sender: { ...sender, conversationId: `chat ${sender.conversationId}` }, query };
    // All of it from each, since some may have nothing: that nobody is signed in there, say.
    return { search, all: await this.#all.find(search, this.#parts.connections, (whole) => whole) };
  }

  /** What was found, and words for the rest. */
  answer(search: Shown, all: readonly Found[]): Reply[] {
    const cards = interleave(all.map((found) => attachmentsOf(found, search, all.length > 1))).slice(0, MOST);
    const signedOut = all.filter(isSignedOut);
    const silent = all.filter((found) => (found.state !== 'answered' && !isSignedOut(found)) || isIncomplete(found));
    // Whose source simply has nothing says so only where nobody has anything.
    const empty = cards.length > 0 ? [] : all.filter((found) => found.state === 'answered' && !isIncomplete(found));
    const words = [
      ...[...empty, ...silent].map((found) => wordsOf(found, search, this.#parts.report)),
      ...(signedOut.length > 0 ? [alsoSignIn(search, signedOut)] : []),
    ];
    return [
      ...(cards.length > 0 ? [show(cards.map(cardOf))] : []),
      ...(words.length > 0 ? [say(words.join('\n\n'))] : []),
    ];
  }
}

function alsoSignIn({ sender, texts }: Shown, signedOut: readonly Found[]): string {
  const titles = texts.list(signedOut.map(({ connection }) => connection.title));
  return texts.alsoSignIn(titles, COMMAND_WORDS[languageFor(sender.locale) ?? 'en'].signIn[0]);
}
