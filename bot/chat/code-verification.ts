import { isSecret } from '../sign-in/secrets.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { isMagicCode } from '../sign-in/token-service/magic-codes.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import { formatWait } from '../teams/locales/texts.ts';
import type { ReportError } from '../teams/search/outcome.ts';
import { signInRequest } from '../teams/search/query.ts';
import type { Chat } from './chat.ts';
import { commandWords } from './commands.ts';
import { type Reply, textReply } from './replies.ts';

interface CodeVerificationDependencies {
  signIn: SignIn;
  chat: Chat;
  report: ReportError;
}

interface VerificationReply {
  status: number;
  reply: Reply;
  signedIn?: true;
}

export class CodeVerification {
  readonly #deps: CodeVerificationDependencies;

  constructor(deps: CodeVerificationDependencies) {
    this.#deps = deps;
  }

  /** 404: unknown code. 412: too many wrong codes. 500: try again. Never rejects. */
  async verify(context: RequestContext, code: unknown): Promise<VerificationReply> {
    return this.#verify(context, code).catch((error: unknown) => this.#errorReply(context, error));
  }

  /** `undefined` unless the text is six digits and the bot prompted for them in this conversation (T66). */
  async verifyTyped(context: RequestContext, text: unknown): Promise<VerificationReply | undefined> {
    const code = typeof text === 'string' ? text.trim() : undefined;
    if (!isMagicCode(code)) return undefined;
    const { asker, conversationId } = context;
    try {
      const prompted = await this.#deps.signIn.chat.connectionsPromptedIn(asker, conversationId);
      return prompted.length > 0 ? await this.#verify(context, code) : undefined;
    } catch (error) {
      return this.#errorReply(context, error);
    }
  }

  async #verify(context: RequestContext, code: unknown): Promise<VerificationReply> {
    const { signIn, chat } = this.#deps;
    const { asker, messages, locale } = context;
    const [word] = commandWords(locale).signIn;
    // Teams also sends this after a page error, such as an expired link.
    if (code === 'CancelledByUser') return { status: 200, reply: textReply(messages.signInNotFinished(word)) };
    const failed = { status: 404, reply: textReply(messages.signInFailed(word)) };
    // Other forms need no store query (T18).
    if (!isSecret(code) && !isMagicCode(code)) return failed;
    const holders = await this.#connectionsForCode(context, code);
    // Six digits for no connection count as a wrong code (T16), and any other code counts against the first connection.
    const tried = holders.length > 0 || isMagicCode(code) ? holders : signIn.connectionIds(asker).slice(0, 1);
    for (const connectionId of tried) {
      const request = signInRequest(context, connectionId);
      const state = await signIn.at(connectionId, asker).state(request, { code }, Date.now());
      if (state.state === 'paused') {
        return {
          status: 412,
          reply: textReply(messages.paused(formatWait(messages, (state.until - Date.now()) / 1000))),
        };
      }
      if (state.state === 'signed_in' && holders.length > 0) {
        return { status: 200, reply: await chat.signedIn(context, connectionId), signedIn: true };
      }
    }
    return failed;
  }

  /** Six digits name no connection. The candidates prompted in this conversation and have no sign-in yet. */
  async #connectionsForCode(context: RequestContext, code: unknown): Promise<readonly string[]> {
    const { signIn } = this.#deps;
    if (!isMagicCode(code)) return signIn.connectionsForCode(code, context.asker);
    const prompted = await signIn.chat.connectionsPromptedIn(context.asker, context.conversationId);
    if (prompted.length === 0) return prompted;
    const accounts = await signIn.accounts(context, Date.now());
    return accounts.filter(({ id, account }) => prompted.includes(id) && !account).map(({ id }) => id);
  }

  #errorReply({ messages }: RequestContext, error: unknown): VerificationReply {
    return { status: 500, reply: textReply(messages.chatUnavailable(this.#deps.report(error, 'all'))) };
  }
}
