import type { InvokeResponse } from 'botbuilder';
import { asObject } from '../platform/json.ts';
import { conversationReference, type RequestContext } from './access-policy.ts';
import { configResponse, messageResponse, OK } from './responses.ts';
import { signInRequest } from './search/query.ts';
import type { QueryHandlerDependencies } from './search/query-handler.ts';

export class SettingsHandler {
  readonly #deps: QueryHandlerDependencies;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
  }

  async querySettingUrl(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const context = this.#deps.accessPolicy.authorize(activity, messageResponse);
    if ('status' in context) return context;
    const { asker, name, locale, messages } = context;
    const user = { asker, name, locale, activity: conversationReference(context.activity) };
    const url = this.#deps.signIn.settings.url(user, Date.now());
    return configResponse({ url, title: messages.connectionsTitle });
  }

  /** Redeems the security code if the page ended with a sign-in. */
  async setting(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const context = this.#deps.accessPolicy.authorize(activity, () => OK);
    if ('status' in context) return context;
    await this.#redeem(context, asObject(activity.value).state).catch(
      (error: unknown) => void this.#deps.report(error, 'all'),
    );
    return OK;
  }

  async #redeem(context: RequestContext, code: unknown): Promise<void> {
    const { signIn } = this.#deps;
    for (const id of await signIn.connectionsForCode(code, context.asker))
      await signIn.at(id, context.asker).state(signInRequest(context, id), { code }, Date.now());
  }
}
