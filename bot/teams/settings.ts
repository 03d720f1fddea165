import type { InvokeResponse } from 'botbuilder';
import { DONE, message, settingsPrompt } from './answers.ts';
import { visitOf } from './query.ts';
import type { Guest } from './reception.ts';
import { recordOf } from './record.ts';
import { referenceOf } from './reference.ts';
import type { SearchParts } from './search.ts';

/** `querySettingUrl`: where the settings page is; and `setting`: what it ended with. */
export class SettingsInvokes {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  async lead(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const guest = this.#parts.reception.admit(activity, message);
    if ('status' in guest) return guest;
    const { sender, texts } = guest;
    const { asker, name, locale } = sender;
    const visitor = { asker, name, locale, activity: referenceOf(sender.activity) };
    const url = this.#parts.signIn.settings.url(visitor, Date.now());
    return settingsPrompt({ url, title: texts.connectionsTitle });
  }

  /** The page may have ended with a sign-in: its security code comes here, and is verified as everywhere. */
  async finish(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const guest = this.#parts.reception.admit(activity, () => DONE);
    if ('status' in guest) return guest;
    await this.#redeem(guest, recordOf(activity.value).state).catch(
      (error: unknown) => void this.#parts.report(error, 'all'),
    );
    return DONE;
  }

  async #redeem({ sender }: Guest, code: unknown): Promise<void> {
    const { signIn } = this.#parts;
    for (const id of await signIn.connectionsForCode(code))
      await signIn.session(visitOf(sender, id), { code }, Date.now());
  }
}
