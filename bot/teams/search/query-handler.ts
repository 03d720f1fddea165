import type { InvokeResponse } from 'botbuilder';
import type { ConnectionsFor } from '../../connection.ts';
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
import { interleave, searchConnections } from './search-connections.ts';
import { signInResponse } from './sign-in-response.ts';

export interface QueryHandlerDependencies {
  signIn: SignIn;
  accessPolicy: AccessPolicy;
  connectionsFor: ConnectionsFor;
  report: ReportError;
  /** A link to the bot's chat with the sign-in command of a connection. */
  signInChat?: ((title: string, locale: string) => string) | undefined;
}

export class QueryHandler {
  readonly #deps: QueryHandlerDependencies;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
  }

  async query(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    if (!query) return BAD_REQUEST;
    const context = this.#deps.accessPolicy.authorize(activity, messageResponse);
    if ('status' in context) return context;
    const connections = this.#deps
      .connectionsFor(context.asker)
      .filter(({ commands }) => commands.includes(query.commandId));
    if (connections.length === 0) return BAD_REQUEST;
    const search = { ...context, query };
    return this.#render(search, await searchConnections(this.#deps.signIn, search, connections));
  }

  /** Sign-in lines come first: few users look below the results. */
  #render(search: SearchRequest, outcomes: readonly SearchOutcome[]): InvokeResponse | Promise<InvokeResponse> {
    const { messages, query } = search;
    const message = (outcome: SearchOutcome) => messageFor(outcome, search, this.#deps.report);
    const cards = interleave(outcomes.map((outcome) => resultAttachments(outcome, search, outcomes.length > 1)));
    if (cards.length > 0 && query.skip > 0) return resultResponse(cards);
    if (cards.length > 0) {
      const lines = outcomes.filter((outcome) => outcome.state !== 'answered' || isIncomplete(outcome));
      const signIns = lines.filter(needsSignIn);
      const notices = lines.filter((outcome) => !needsSignIn(outcome));
      return resultResponse([
        ...signIns.map((outcome) => this.#signInLine(outcome, message(outcome), search)),
        ...cards,
        ...notices.map((outcome) => noticeAttachment(outcome.connection.title, message(outcome), messages)),
      ]);
    }
    const signedOut = outcomes.filter((outcome) => outcome.state === 'signed_out');
    if (signedOut.length === outcomes.length && !signedOut.some(isCodeMissing))
      return signInResponse(search, query.presented, signedOut);
    // A client that returns no code would ask for the same sign-in again and again.
    if (outcomes.some(isCodeMissing)) {
      return resultResponse(outcomes.map((outcome) => this.#signInLine(outcome, message(outcome), search)));
    }
    if (outcomes.every(({ state }) => state === 'consent_required')) return PRECONDITION_FAILED;
    return messageResponse(outcomes.map(message).join('\n\n'));
  }

  #signInLine(outcome: SearchOutcome, message: string, { messages, locale }: SearchRequest): JsonText {
    const { title } = outcome.connection;
    const chat = this.#deps.signInChat?.(title, locale);
    return signInAttachment(title, message, messages, { chat, explained: isCodeMissing(outcome) });
  }
}

function isCodeMissing(outcome: SearchOutcome): boolean {
  return outcome.state === 'signed_out' && outcome.codeMissing === true;
}

/** Users also consent on the sign-in page. */
function needsSignIn({ state }: SearchOutcome): boolean {
  return state === 'signed_out' || state === 'consent_required';
}
