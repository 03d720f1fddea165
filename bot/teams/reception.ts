import type { InvokeResponse } from 'botbuilder';
import { WEB_CHAT_TENANT_ID } from '../sign-in/asker.ts';
import { FORBIDDEN } from './answers.ts';
import type { Texts } from './locales/en.ts';
import { textsFor } from './locales/texts.ts';
import { localeOf, readSender, type Sender } from './sender.ts';

/** Who asks, and the words for them. */
export interface Guest {
  sender: Sender;
  texts: Texts;
}

/** Why somebody may not come in; `words` says it to them, where there is somebody to say it to. */
export interface Refusal {
  words: string | undefined;
}

/** Says something where this kind of invoke shows it. */
export type Say = (text: string) => InvokeResponse;

/** Whose people may come in. */
export interface Admitted {
  /** `undefined` lets every tenant in. */
  allowedTenants: ReadonlySet<string> | undefined;
  /** Whether the users that our Direct Line broker made may. Default false. */
  directLine?: boolean;
}

/** T8, T11: who may come in. */
export class Reception {
  readonly #admitted: Admitted;

  constructor(admitted: Admitted) {
    this.#admitted = admitted;
  }

  /** Who sent it, if they may; else the answer that says why not. */
  admit(activity: Record<string, unknown>, say: Say): Guest | InvokeResponse {
    const met = this.meet(activity);
    if ('sender' in met) return met;
    return met.words === undefined ? FORBIDDEN : say(met.words);
  }

  /** The same, for what is no invoke. */
  meet(activity: Record<string, unknown>): Guest | Refusal {
    const texts = textsFor(localeOf(activity));
    const sender = readSender(activity);
    if (sender === 'tenants_differ') return { words: undefined };
    if (sender === 'no_identity') return { words: texts.noIdentity };
    return this.#mayEnter(sender) ? { sender, texts } : { words: texts.notAllowed };
  }

  #mayEnter({ asker: { tenantId } }: Sender): boolean {
    const { allowedTenants, directLine = false } = this.#admitted;
    return tenantId === WEB_CHAT_TENANT_ID ? directLine : (allowedTenants?.has(tenantId) ?? true);
  }
}
