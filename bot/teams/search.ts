import type { InvokeResponse } from 'botbuilder';
import type { SignIn } from '../sign-in/sign-in.ts';
import { BAD_REQUEST, CONSENT_REQUIRED, message, results } from './answers.ts';
import { noticeAttachment, signInAttachment } from './cards.ts';
import type { SearchConnection } from './connection.ts';
import { attachmentsOf, type Found, isIncomplete, type Report, type Search, wordsFor } from './found.ts';
import type { JsonText } from './json-text.ts';
import { interleave } from './merge.ts';
import { promptTo } from './prompt.ts';
import { readQuery } from './query.ts';
import type { Reception } from './reception.ts';
import { SearchAll } from './search-all.ts';

export interface SearchParts {
  signIn: SignIn;
  reception: Reception;
  /** By command id: what it searches. */
  connections: ReadonlyMap<string, readonly SearchConnection[]>;
  report: Report;
  /** A link to the bot's own chat, where a person signs in to the connection of that title; none without a bot. */
  signInChat?: ((title: string, locale: string) => string) | undefined;
}

/** Also where all that is left is to allow something: that is done on the same page. */
function wantsSignIn({ state }: Found): boolean {
  return state === 'signed_out' || state === 'consent_required';
}

/** `composeExtension/query`: sign-in or results, and words for everything else. */
export class Searching {
  readonly #parts: SearchParts;
  readonly #all: SearchAll;

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#all = new SearchAll(parts.signIn);
  }

  async answer(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    const connections = query && this.#parts.connections.get(query.commandId);
    if (!query || !connections) return BAD_REQUEST;
    const guest = this.#parts.reception.admit(activity, message);
    if ('status' in guest) return guest;
    const search = { ...guest, query };
    return this.#answerWith(search, await this.#all.find(search, connections));
  }

  /** Results, where there are any, and a line for each connection that could not give its own; or else what to do. The
   * lines to sign in come first: below the results, few people see them. */
  #answerWith(search: Search, all: readonly Found[]): InvokeResponse | Promise<InvokeResponse> {
    const words = (found: Found) => wordsFor(found, search, this.#parts.report);
    const cards = interleave(all.map((found) => attachmentsOf(found, search, all.length > 1)));
    const silent = all.filter((found) => found.state !== 'answered' || isIncomplete(found));
    const toSignIn = silent.filter((found) => found.state === 'signed_out');
    if (cards.length > 0 && search.query.skip > 0) return results(cards);
    if (cards.length > 0) {
      const [signIns, notices] = [silent.filter(wantsSignIn), silent.filter((found) => !wantsSignIn(found))];
      return results([
        ...signIns.map((found) => this.#toSignIn(found, words(found), search)),
        ...cards,
        ...notices.map((found) => noticeAttachment(found.connection.title, words(found), search.texts)),
      ]);
    }
    if (toSignIn.length === all.length) return promptTo(this.#parts.signIn, search, search.query.brought, toSignIn);
    if (all.every(({ state }) => state === 'consent_required')) return CONSENT_REQUIRED;
    return message(all.map(words).join('\n\n'));
  }

  #toSignIn({ connection: { title } }: Found, words: string, { texts, sender }: Search): JsonText {
    return signInAttachment(title, words, texts, this.#parts.signInChat?.(title, sender.locale));
  }
}
