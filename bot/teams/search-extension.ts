import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';
import { AccountCommands } from './account-commands.ts';
import { LinkUnfurlingHandler } from './link-unfurling.ts';
import { EMPTY_RESULT, NOT_IMPLEMENTED, OK } from './responses.ts';
import { QueryHandler, type QueryHandlerDependencies } from './search/query-handler.ts';
import { SettingsHandler } from './settings-handler.ts';

export interface SearchExtensionDependencies extends QueryHandlerDependencies {
  chat?: ReadonlyMap<string, InvokeHandler>;
}

/** The context sends messages only for {@link isSignInInvoke}. */
export type InvokeHandler = (
  activity: Record<string, unknown>,
  context: TurnContext,
) => InvokeResponse | Promise<InvokeResponse>;

export function isSignInInvoke(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('signin/');
}

export class SearchExtension extends TeamsActivityHandler {
  readonly #handlers: ReadonlyMap<unknown, InvokeHandler>;

  constructor(deps: SearchExtensionDependencies) {
    super();
    this.#handlers = new Map([...handlersOf(deps), ...(deps.chat ?? [])]);
  }

  /** @see docs/adr/0002-native-async-invokes.md */
  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    // The inherited dispatcher reads `value` unchecked.
    const activity = context.activity as unknown as Record<string, unknown>;
    return this.#handlers.get(activity.name)?.(activity, context) ?? NOT_IMPLEMENTED;
  }

  // The inherited methods read `channelData.eventType` unchecked (T10).
  protected override async dispatchMessageUpdateActivity(): Promise<void> {}
  protected override async dispatchMessageDeleteActivity(): Promise<void> {}
}

/** @see docs/PROTOCOL.md */
function handlersOf(deps: QueryHandlerDependencies): ReadonlyMap<unknown, InvokeHandler> {
  const [searching, unfurling] = [new QueryHandler(deps), new LinkUnfurlingHandler(deps)];
  const [accounts, settings] = [new AccountCommands(deps), new SettingsHandler(deps)];
  return new Map<unknown, InvokeHandler>([
    ['composeExtension/query', (activity) => searching.query(activity)],
    ['composeExtension/queryLink', (activity) => unfurling.queryLink(activity)],
    ['composeExtension/anonymousQueryLink', (activity) => unfurling.anonymousQueryLink(activity)],
    ['composeExtension/fetchTask', (activity) => accounts.fetchTask(activity)],
    // Teams sometimes sends these after an `auth` or `config` response.
    ['task/fetch', (activity) => accounts.fetchTask(activity)],
    ['composeExtension/submitAction', (activity) => accounts.submitAction(activity)],
    ['task/submit', (activity) => accounts.submitAction(activity)],
    // No result has a `tap`: it contains the full card.
    ['composeExtension/selectItem', () => EMPTY_RESULT],
    ['composeExtension/querySettingUrl', (activity) => settings.querySettingUrl(activity)],
    ['composeExtension/setting', (activity) => settings.setting(activity)],
    ['composeExtension/onCardButtonClicked', () => OK],
  ]);
}
