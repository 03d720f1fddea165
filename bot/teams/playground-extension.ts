import { randomBytes } from 'node:crypto';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import { LRUCache } from 'lru-cache';
import { localeOf } from './access-policy.ts';
import { messagesFor } from './locales/texts.ts';
import { EMPTY_RESULT, messageResponse, taskMessageResponse } from './responses.ts';
import { readQuery } from './search/query.ts';
import { SearchExtension, type SearchExtensionDependencies } from './search-extension.ts';

/** Short addresses for long ones. */
export interface ShortLinks {
  /** Where it leads; `undefined` for one that is not, or no longer, known. */
  find(id: string): string | undefined;
}

const MAX_LINKS = 200;

/** The Agents Playground shows an address as plain text, and a ticket runs out of its window: what is to be copied by hand
 * must be short. Kept in memory, the last few alone: whoever comes late searches again. */
export class PlaygroundLinks implements ShortLinks {
  readonly #base: string;
  readonly #urls = new LRUCache<string, string>({ max: MAX_LINKS });

  /** @param base the service's origin */
  constructor(base: string) {
    this.#base = base;
  }

  /** The short address that leads to `url`, which is one of our own. */
  shorten(url: string): string {
    const id = randomBytes(4).toString('hex');
    this.#urls.set(id, url);
    return `${this.#base}/auth/open/${id}`;
  }

  find(id: string): string | undefined {
    return this.#urls.get(id);
  }
}

const PARAMETER = 'searchKeyword';

/** Where the prompt of an `auth` answer says to sign in. */
interface Prompt {
  title: string;
  value: string;
}

/**
 * The same extension for the Agents Playground, which shows results and words alone (0.2.28): it opens no pop-up, so
 * signing in is said in words, with the address to open by hand; and it does not read the manifest, so that whoever
 * searches has to type the command's id.
 */
export class PlaygroundExtension extends SearchExtension {
  readonly #commands: ReadonlyMap<string, unknown>;
  readonly #links: PlaygroundLinks;

  constructor(deps: SearchExtensionDependencies, links: PlaygroundLinks) {
    super(deps);
    this.#commands = deps.connections;
    this.#links = links;
  }

  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const activity = context.activity as unknown as Record<string, unknown>;
    if (activity.name === 'composeExtension/query' && !this.#isComplete(activity.value))
      return this.#usageMessage(activity);
    return this.#asMessage(await super.onInvokeActivity(context), activity);
  }

  /** Whether both names, which the manifest would bring, have been typed. */
  #isComplete(value: unknown): boolean {
    const query = readQuery(value);
    const { parameters } = (value ?? {}) as { parameters?: unknown };
    const named = Array.isArray(parameters) && parameters.some((each) => each?.name === PARAMETER);
    return query !== undefined && this.#commands.has(query.commandId) && named;
  }

  #usageMessage(activity: Record<string, unknown>): InvokeResponse {
    const [command = ''] = this.#commands.keys();
    return messageResponse(messagesFor(localeOf(activity)).typeCommand(command, PARAMETER));
  }

  /** An `auth` answer, as each kind of invoke can show it; nobody brings a token here, so `silentAuth` is the same. */
  #asMessage(response: InvokeResponse, activity: Record<string, unknown>): InvokeResponse {
    const { type, suggestedActions } = response.body?.composeExtension ?? {};
    if (type !== 'auth' && type !== 'silentAuth') return response;
    const { openByHand } = messagesFor(localeOf(activity));
    const prompts: Prompt[] = suggestedActions.actions;
    // The address last and as it is: it is there to be copied.
    const message = prompts
      .map(({ title, value }) => `${openByHand(title)} ${this.#links.shorten(value)}`)
      .join('\n\n');
    if (activity.name === 'composeExtension/query') return messageResponse(message);
    return activity.name === 'composeExtension/queryLink' ? EMPTY_RESULT : taskMessageResponse(message);
  }
}
