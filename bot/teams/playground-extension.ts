import { randomBytes } from 'node:crypto';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import { LRUCache } from 'lru-cache';
import { localeOf } from './access-policy.ts';
import { messagesFor } from './locales/texts.ts';
import { EMPTY_RESULT, messageResponse, taskMessageResponse } from './responses.ts';
import { readQuery } from './search/query.ts';
import { SearchExtension, type SearchExtensionDependencies } from './search-extension.ts';

export interface ShortLinks {
  find(id: string): string | undefined;
}

const MAX_LINKS = 200;

/** The user copies these short addresses by hand. Kept in memory. */
export class PlaygroundLinks implements ShortLinks {
  readonly #base: string;
  readonly #urls = new LRUCache<string, string>({ max: MAX_LINKS });

  constructor(base: string) {
    this.#base = base;
  }

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

interface Prompt {
  title: string;
  value: string;
}

/** The Agents Playground (0.2.28) opens no pop-up, so a message contains the sign-in address. It does not read the
 * manifest, so the user types the command's id. */
export class PlaygroundExtension extends SearchExtension {
  readonly #deps: SearchExtensionDependencies;
  readonly #links: PlaygroundLinks;

  constructor(deps: SearchExtensionDependencies, links: PlaygroundLinks) {
    super(deps);
    this.#deps = deps;
    this.#links = links;
  }

  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const activity = context.activity as unknown as Record<string, unknown>;
    if (activity.name === 'composeExtension/query' && !this.#isComplete(activity)) return this.#usageMessage(activity);
    return this.#asMessage(await super.onInvokeActivity(context), activity);
  }

  #commandsFor(activity: Record<string, unknown>): string[] {
    const identified = this.#deps.accessPolicy.identify(activity);
    const person = 'asker' in identified ? identified.asker : undefined;
    return this.#deps.connectionsFor(person).flatMap(({ commands }) => commands);
  }

  #isComplete(activity: Record<string, unknown>): boolean {
    const { value } = activity;
    const query = readQuery(value);
    const { parameters } = (value ?? {}) as { parameters?: unknown };
    const named = Array.isArray(parameters) && parameters.some((each) => each?.name === PARAMETER);
    return query !== undefined && this.#commandsFor(activity).includes(query.commandId) && named;
  }

  #usageMessage(activity: Record<string, unknown>): InvokeResponse {
    const [command = ''] = this.#commandsFor(activity);
    return messageResponse(messagesFor(localeOf(activity)).typeCommand(command, PARAMETER));
  }

  /** The Playground sends no token, so `silentAuth` also becomes a message. */
  #asMessage(response: InvokeResponse, activity: Record<string, unknown>): InvokeResponse {
    const { type, suggestedActions } = response.body?.composeExtension ?? {};
    if (type !== 'auth' && type !== 'silentAuth') return response;
    const { openByHand } = messagesFor(localeOf(activity));
    const prompts: Prompt[] = suggestedActions.actions;
    // The address is last, so that the user can copy it.
    const message = prompts
      .map(({ title, value }) => `${openByHand(title)} ${this.#links.shorten(value)}`)
      .join('\n\n');
    if (activity.name === 'composeExtension/query') return messageResponse(message);
    return activity.name === 'composeExtension/queryLink' ? EMPTY_RESULT : taskMessageResponse(message);
  }
}
