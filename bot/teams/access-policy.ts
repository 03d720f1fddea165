import type { InvokeResponse } from 'botbuilder';
import { WEB_CHAT_TENANT_ID } from '../sign-in/user.ts';
import { type ActivitySender, localeOf, parseSender } from './activity.ts';
import type { Messages } from './locales/en.ts';
import { messagesFor } from './locales/texts.ts';
import { FORBIDDEN } from './responses.ts';

/** The user who sent an activity, and what a response to them is made from. Built once, after the access policy. */
export interface RequestContext extends ActivitySender {
  /** The messages in the user's language. */
  messages: Messages;
}

/** Why somebody may not come in; `words` says it to them, where there is somebody to say it to. */
export interface AccessDenied {
  message: string | undefined;
}

/** Says something where this kind of invoke shows it. */
export type RespondWithMessage = (text: string) => InvokeResponse;

/** Whose people may come in. */
export interface AccessOptions {
  /** `undefined` lets every tenant in. */
  allowedTenants: ReadonlySet<string> | undefined;
  /** Whether the users that our Direct Line broker made may. Default false. */
  directLine?: boolean;
}

/** T8, T11: who may come in. */
export class AccessPolicy {
  readonly #admitted: AccessOptions;

  constructor(admitted: AccessOptions) {
    this.#admitted = admitted;
  }

  /** Who sent it, if they may; else the answer that says why not. */
  authorize(activity: Record<string, unknown>, respond: RespondWithMessage): RequestContext | InvokeResponse {
    const identified = this.identify(activity);
    if ('asker' in identified) return identified;
    return identified.message === undefined ? FORBIDDEN : respond(identified.message);
  }

  /** The same, for what is no invoke. */
  identify(activity: Record<string, unknown>): RequestContext | AccessDenied {
    const messages = messagesFor(localeOf(activity));
    const sender = parseSender(activity);
    if (sender === 'tenants_differ') return { message: undefined };
    if (sender === 'no_identity') return { message: messages.noIdentity };
    return this.#isAllowed(sender) ? { ...sender, messages } : { message: messages.notAllowed };
  }

  #isAllowed({ asker: { tenantId } }: ActivitySender): boolean {
    const { allowedTenants, directLine = false } = this.#admitted;
    return tenantId === WEB_CHAT_TENANT_ID ? directLine : (allowedTenants?.has(tenantId) ?? true);
  }
}
