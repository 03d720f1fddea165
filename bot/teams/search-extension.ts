import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';
import { AccountCommands } from './account-commands.ts';
import { LinkUnfurlingHandler } from './link-unfurling.ts';
import { EMPTY_RESULT, NOT_IMPLEMENTED, OK } from './responses.ts';
import { QueryHandler, type QueryHandlerDependencies } from './search/query-handler.ts';
import { SettingsHandler } from './settings-handler.ts';

export interface SearchExtensionDependencies extends QueryHandlerDependencies {
  /** Invokes of a chat with the bot, by name. */
  chat?: ReadonlyMap<string, InvokeHandler>;
}

/** Answers an invoke. The context sends messages, where the adapter made it for that (see {@link isSignInInvoke}). */
export type InvokeHandler = (
  activity: Record<string, unknown>,
  context: TurnContext,
) => InvokeResponse | Promise<InvokeResponse>;

/** Whether an invoke is part of a chat, in which its answer may be followed by words. */
export function isSignInInvoke(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('signin/');
}

/** Translates what Teams says to sign-in and search, and back. Decides nothing else. */
export class SearchExtension extends TeamsActivityHandler {
  readonly #handlers: ReadonlyMap<unknown, InvokeHandler>;

  constructor(deps: SearchExtensionDependencies) {
    super();
    this.#handlers = new Map([...handlersOf(deps), ...(deps.chat ?? [])]);
  }

  /** Native async from end to end (docs/adr/0002-native-async-invokes.md). */
  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    // The stock dispatcher reads into `value` unchecked, so what is not answered here is not handed to it.
    const activity = context.activity as unknown as Record<string, unknown>;
    return this.#handlers.get(activity.name)?.(activity, context) ?? NOT_IMPLEMENTED;
  }

  // The stock two read `channelData.eventType` unchecked, and throw where there is no channelData (T10).
  protected override async dispatchMessageUpdateActivity(): Promise<void> {}
  protected override async dispatchMessageDeleteActivity(): Promise<void> {}
}

/** The handler of every invoke in docs/PROTOCOL.md. */
function handlersOf(deps: QueryHandlerDependencies): ReadonlyMap<unknown, InvokeHandler> {
  const [searching, unfurling] = [new QueryHandler(deps), new LinkUnfurlingHandler(deps)];
  const [accounts, settings] = [new AccountCommands(deps), new SettingsHandler(deps)];
  return new Map<unknown, InvokeHandler>([
    ['composeExtension/query', (activity) => searching.query(activity)],
    ['composeExtension/queryLink', (activity) => unfurling.queryLink(activity)],
    ['composeExtension/anonymousQueryLink', (activity) => unfurling.anonymousQueryLink(activity)],
    ['composeExtension/fetchTask', (activity) => accounts.fetchTask(activity)],
    // After an auth or config answer Teams has been seen to send these for an action command.
    ['task/fetch', (activity) => accounts.fetchTask(activity)],
    ['composeExtension/submitAction', (activity) => accounts.submitAction(activity)],
    ['task/submit', (activity) => accounts.submitAction(activity)],
    // No result has a `tap`, since the full card is there already; whoever asks all the same gets nothing for it.
    ['composeExtension/selectItem', () => EMPTY_RESULT],
    ['composeExtension/querySettingUrl', (activity) => settings.querySettingUrl(activity)],
    ['composeExtension/setting', (activity) => settings.setting(activity)],
    ['composeExtension/onCardButtonClicked', () => OK],
  ]);
}
