import type { InvokeResponse } from 'botbuilder';
import { asObject } from '../platform/json.ts';
import type { RequestContext } from './access-policy.ts';
import { conversationReference } from './activity.ts';
import { configResponse, messageResponse, OK } from './responses.ts';
import { signInRequest } from './search/query.ts';
import type { QueryHandlerDependencies } from './search/query-handler.ts';

/** `querySettingUrl`: where the settings page is; and `setting`: what it ended with. */
export class SettingsHandler {
  readonly #deps: QueryHandlerDependencies;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
  }

  async querySettingUrl(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const guest = this.#deps.reception.authorize(activity, messageResponse);
    if ('status' in guest) return guest;
    const { sender, messages: texts } = guest;
    const { asker, name, locale } = sender;
    const visitor = { asker, name, locale, activity: conversationReference(sender.activity) };
    const url = this.#deps.signIn.settings.url(visitor, Date.now());
    return configResponse({ url, title: texts.connectionsTitle });
  }

  /** The page may have ended with a sign-in: its security code comes here, and is verified as everywhere. */
  async setting(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const guest = this.#deps.reception.authorize(activity, () => OK);
    if ('status' in guest) return guest;
    await this.#redeem(guest, asObject(activity.value).state).catch(
      (error: unknown) => void this.#deps.report(error, 'all'),
    );
    return OK;
  }

  async #redeem({ sender }: RequestContext, code: unknown): Promise<void> {
    const { signIn } = this.#deps;
    for (const id of await signIn.connectionsForCode(code))
      await signIn.session(signInRequest(sender, id), { code }, Date.now());
  }
}
