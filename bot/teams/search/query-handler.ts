import type { InvokeResponse } from 'botbuilder';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { AccessPolicy } from '../access-policy.ts';
import { noticeAttachment, signInAttachment } from '../cards/cards.ts';
import type { JsonText } from '../cards/json-writer.ts';
import { BAD_REQUEST, messageResponse, PRECONDITION_FAILED, resultResponse } from '../responses.ts';
import {
  isIncomplete,
  messageFor,
  type ReportError,
  resultAttachments,
  type SearchOutcome,
  type SearchRequest,
} from './outcome.ts';
import { readQuery } from './query.ts';
import type { SearchConnection } from './search-connection.ts';
import { interleave, SearchAll } from './search-connections.ts';
import { signInResponse } from './sign-in-response.ts';

export interface QueryHandlerDependencies {
  signIn: SignIn;
  reception: AccessPolicy;
  /** By command id: what it searches. */
  connections: ReadonlyMap<string, readonly SearchConnection[]>;
  report: ReportError;
  /** A link to the bot's own chat, where a person signs in to the connection of that title; none without a bot. */
  signInChat?: ((title: string, locale: string) => string) | undefined;
}

/** Also where all that is left is to allow something: that is done on the same page. */
function wantsSignIn({ state }: SearchOutcome): boolean {
  return state === 'signed_out' || state === 'consent_required';
}

/** `composeExtension/query`: sign-in or results, and words for everything else. */
export class QueryHandler {
  readonly #deps: QueryHandlerDependencies;
  readonly #all: SearchAll;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
    this.#all = new SearchAll(deps.signIn);
  }

  async query(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    const connections = query && this.#deps.connections.get(query.commandId);
    if (!query || !connections) return BAD_REQUEST;
    const guest = this.#deps.reception.authorize(activity, messageResponse);
    if ('status' in guest) return guest;
    const search = { ...guest, query };
    return this.#respondWith(search, await this.#all.find(search, connections));
  }

  /** Results, where there are any, and a line for each connection that could not give its own; or else what to do. The
   * lines to sign in come first: below the results, few people see them. */
  #respondWith(search: SearchRequest, all: readonly SearchOutcome[]): InvokeResponse | Promise<InvokeResponse> {
    const message = (found: SearchOutcome) => messageFor(found, search, this.#deps.report);
    const cards = interleave(all.map((found) => resultAttachments(found, search, all.length > 1)));
    const silent = all.filter((found) => found.state !== 'answered' || isIncomplete(found));
    const toSignIn = silent.filter((found) => found.state === 'signed_out');
    if (cards.length > 0 && search.query.skip > 0) return resultResponse(cards);
    if (cards.length > 0) {
      const [signIns, notices] = [silent.filter(wantsSignIn), silent.filter((found) => !wantsSignIn(found))];
      return resultResponse([
        ...signIns.map((found) => this.#toSignIn(found, message(found), search)),
        ...cards,
        ...notices.map((found) => noticeAttachment(found.connection.title, message(found), search.messages)),
      ]);
    }
    if (toSignIn.length === all.length)
      return signInResponse(this.#deps.signIn, search, search.query.brought, toSignIn);
    if (all.every(({ state }) => state === 'consent_required')) return PRECONDITION_FAILED;
    return messageResponse(all.map(message).join('\n\n'));
  }

  #toSignIn({ connection: { title } }: SearchOutcome, message: string, { messages, sender }: SearchRequest): JsonText {
    return signInAttachment(title, message, messages, this.#deps.signInChat?.(title, sender.locale));
  }
}
