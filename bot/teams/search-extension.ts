import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';
import { Accounts } from './accounts.ts';
import { DONE, NOT_IMPLEMENTED, NOTHING } from './answers.ts';
import { Searching, type SearchParts } from './search.ts';
import { SettingsInvokes } from './settings.ts';
import { Unfurling } from './unfurl.ts';

export interface SearchExtensionParts extends SearchParts {
  /** Invokes of a chat with the bot, by name. */
  chat?: ReadonlyMap<string, Handler>;
}

/** Answers an invoke. The context sends messages, where the adapter made it for that (see {@link isOfChat}). */
export type Handler = (
  activity: Record<string, unknown>,
  context: TurnContext,
) => InvokeResponse | Promise<InvokeResponse>;

/** Whether an invoke is part of a chat, in which its answer may be followed by words. */
export function isOfChat(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('signin/');
}

/** Translates what Teams says to sign-in and search, and back. Decides nothing else. */
export class SearchExtension extends TeamsActivityHandler {
  readonly #handlers: ReadonlyMap<unknown, Handler>;

  constructor(parts: SearchExtensionParts) {
    super();
    this.#handlers = new Map([...handlersOf(parts), ...(parts.chat ?? [])]);
  }

  /** Answers an invoke, in native async from end to end: see DESIGN.md section 7. */
  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    // The stock dispatcher reads into `value` unchecked, so what is not answered here is not handed to it.
    const activity = context.activity as unknown as Record<string, unknown>;
    return this.#handlers.get(activity.name)?.(activity, context) ?? NOT_IMPLEMENTED;
  }

  // The stock two read `channelData.eventType` unchecked, and throw where there is no channelData (T10).
  protected override async dispatchMessageUpdateActivity(): Promise<void> {}
  protected override async dispatchMessageDeleteActivity(): Promise<void> {}
}

/** Every invoke of WIRE.md that is answered, and by whom. */
function handlersOf(parts: SearchParts): ReadonlyMap<unknown, Handler> {
  const [searching, unfurling] = [new Searching(parts), new Unfurling(parts)];
  const [accounts, settings] = [new Accounts(parts), new SettingsInvokes(parts)];
  return new Map<unknown, Handler>([
    ['composeExtension/query', (activity) => searching.answer(activity)],
    ['composeExtension/queryLink', (activity) => unfurling.answer(activity)],
    ['composeExtension/anonymousQueryLink', (activity) => unfurling.answerAnonymous(activity)],
    ['composeExtension/fetchTask', (activity) => accounts.show(activity)],
    // After an auth or config answer Teams has been seen to send these for an action command.
    ['task/fetch', (activity) => accounts.show(activity)],
    ['composeExtension/submitAction', (activity) => accounts.act(activity)],
    ['task/submit', (activity) => accounts.act(activity)],
    // No result has a `tap`, since the full card is there already; whoever asks all the same gets nothing for it.
    ['composeExtension/selectItem', () => NOTHING],
    ['composeExtension/querySettingUrl', (activity) => settings.lead(activity)],
    ['composeExtension/setting', (activity) => settings.finish(activity)],
    ['composeExtension/onCardButtonClicked', () => DONE],
  ]);
}
