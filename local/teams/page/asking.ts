import type {
  ChatAction,
  ChatActivity,
  ChatResult,
  Exchange,
  Invocation,
  InvokeResult,
  LinkRequest,
} from '../page-api.ts';
import type { Choices } from './choices/choices.ts';
import type { Chat } from './conversation/chats.ts';
import { postChat, postInvoke } from './requests/api.ts';
import { LinkCache } from './requests/link-cache.ts';

interface AskingOptions {
  choices(): Choices;
  chat(): Chat;
  log(result: Exchange<ChatActivity>): void;
}

/** Adds the chosen user, chat and language to calls. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #links = new LinkCache();

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  async ask(invocation: Invocation): Promise<InvokeResult> {
    const { personKey, locale } = this.#options.choices();
    const { id, conversationType } = this.#options.chat();
    const conversation = { id, conversationType };
    const result = await postInvoke({ ...invocation, person: personKey, locale, conversation });
    this.#options.log(result);
    return result;
  }

  async chat(deed: ChatAction): Promise<ChatResult> {
    const { personKey, locale } = this.#options.choices();
    const { id, conversationType } = this.#options.chat();
    const conversation = { id, conversationType };
    const result = await postChat({ ...deed, person: personKey, locale, conversation });
    for (const exchange of result.exchanges) this.#options.log(exchange);
    return result;
  }

  async askOnce(request: LinkRequest): Promise<InvokeResult> {
    const { personKey, locale } = this.#options.choices();
    const key = [personKey, locale, request.url].join(' ');
    const known = request.state === undefined ? this.#links.find(key) : undefined;
    if (known) return known;
    const result = await this.ask(request);
    this.#links.keep(key, result);
    return result;
  }
}
