import type { InvokeResponse } from 'botbuilder';
import { FORBIDDEN } from './answers.ts';
import type { Texts } from './locales/en.ts';
import { textsFor } from './locales/texts.ts';
import { localeOf, readSender, type Sender } from './query.ts';

/** Who asks, and the words for them. */
export interface Guest {
  sender: Sender;
  texts: Texts;
}

/** Says something where this kind of invoke shows it. */
export type Say = (text: string) => InvokeResponse;

/** T8, T11: who may come in. @param allowedTenants `undefined` lets every tenant in */
export class Reception {
  readonly #allowedTenants: ReadonlySet<string> | undefined;

  constructor(allowedTenants: ReadonlySet<string> | undefined) {
    this.#allowedTenants = allowedTenants;
  }

  /** Who sent it, if they may; else the answer that says why not. */
  admit(activity: Record<string, unknown>, say: Say): Guest | InvokeResponse {
    const texts = textsFor(localeOf(activity));
    const sender = readSender(activity);
    if (sender === 'tenants_differ') return FORBIDDEN;
    if (sender === 'no_identity') return say(texts.noIdentity);
    const allowed = this.#allowedTenants?.has(sender.asker.tenantId) ?? true;
    return allowed ? { sender, texts } : say(texts.notAllowed);
  }
}
