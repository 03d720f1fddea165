import type { InvokeResponse } from 'botbuilder';
import { asObject } from '../platform/json.ts';
import type { SignInUser } from '../sign-in/connection-sign-in.ts';
import { parseUser, type User, WEB_CHAT_TENANT_ID } from '../sign-in/user.ts';
import type { Messages } from './locales/en.ts';
import { messagesFor } from './locales/texts.ts';
import { FORBIDDEN } from './responses.ts';

/** Who asks: from the authenticated activity alone. */
export interface ActivitySender extends SignInUser {
  activity: Readonly<Record<string, unknown>>;
  /** Where they are; empty where Teams does not say. */
  conversationId: string;
  /** Names this delivery; empty where Teams does not. */
  activityId: string;
}

type Activity = Record<string, unknown>;
type Sender = User | 'no_identity' | 'tenants_differ';

/** Which word counts, channel by channel. Only Microsoft 365's own clients fill in `aadObjectId` and the tenant by themselves:
 * on every other channel whoever writes the activity may say to be anybody (T8, T68). */
const CHANNELS: ReadonlyMap<unknown, (activity: Activity) => Sender> = new Map([
  ['msteams', userFromTeams],
  ['m365extensions', userFromTeams],
  ['directline', userFromDirectLine],
  ['webchat', userFromDirectLine],
]);

/** Who sent the activity; says what is missing where they can't be told apart from others. */
function parseSender(activity: Activity): ActivitySender | 'no_identity' | 'tenants_differ' {
  const asker = CHANNELS.get(activity.channelId)?.(activity) ?? 'no_identity';
  if (typeof asker === 'string') return asker;
  // The confirm page must call the asker something, where Teams does not say who it is.
  const { name: given } = asObject(activity.from);
  const locale = localeOf(activity);
  const name = (typeof given === 'string' && given.trim().slice(0, 100)) || messagesFor(locale).aTeamsUser;
  const activityId = typeof activity.id === 'string' ? activity.id.slice(0, 200) : '';
  return { asker, name, locale, activity, conversationId: parseConversationId(activity), activityId };
}

/** Teams for iOS, among others, says it in an entity of the type `clientInfo` alone. */
export function localeOf({ locale, entities }: Activity): string {
  return tagIn(locale) ?? tagIn(clientInfoIn(entities).locale) ?? 'en';
}

function tagIn(locale: unknown): string | undefined {
  const tag = typeof locale === 'string' ? locale.trim().slice(0, 35) : '';
  return tag === '' ? undefined : tag;
}

function clientInfoIn(entities: unknown): Record<string, unknown> {
  const all: unknown[] = Array.isArray(entities) ? entities : [];
  return asObject(all.find((entity) => asObject(entity).type === 'clientInfo'));
}

function userFromTeams(activity: Activity): Sender {
  const tenantId = parseTenant(activity);
  if (tenantId === 'tenants_differ') return tenantId;
  const asker = parseUser(tenantId, asObject(activity.from).aadObjectId);
  return asker && asker.tenantId !== WEB_CHAT_TENANT_ID ? asker : 'no_identity';
}

/** The user that our broker had sealed into the Direct Line token, which Direct Line puts into `from`, whatever the client
 * says. Nothing else of such an activity says who it is. */
function userFromDirectLine(activity: Activity): Sender {
  const { id } = asObject(activity.from);
  const [, a, b, c, d, e] =
    (typeof id === 'string' && /^dl_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(id)) ||
    [];
  return parseUser(WEB_CHAT_TENANT_ID, [a, b, c, d, e].join('-')) ?? 'no_identity';
}

function parseConversationId({ conversation }: Activity): string {
  const { id } = asObject(conversation);
  return typeof id === 'string' ? id.slice(0, 200) : '';
}

function parseTenant(activity: Activity): unknown {
  const { id: tenantId } = asObject(asObject(activity.channelData).tenant);
  const { tenantId: other } = asObject(activity.conversation);
  // The conversation's tenant alone is not the person's: in a shared channel it is the host's (T8, T11).
  if (isBlank(tenantId) || isBlank(other)) return tenantId;
  return lowerCase(other) === lowerCase(tenantId) ? tenantId : 'tenants_differ';
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Texts alone have a lower case: an array that reads like a GUID is no GUID (T8). */
function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** What an activity says of where it comes from: what the Bot Framework makes a conversation reference of, and no more. */
export function conversationReference(activity: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { id, channelId, serviceUrl, locale, from, recipient, conversation } = activity;
  const { id: conversationId, conversationType, tenantId, isGroup } = asObject(conversation);
  return {
    id,
    channelId,
    serviceUrl,
    locale,
    from: { id: asObject(from).id },
    recipient: { id: asObject(recipient).id },
    conversation: { id: conversationId, conversationType, tenantId, isGroup },
  };
}

/** The user who sent an activity, and what a response to them is made from. Built once, after the access policy. */
export interface RequestContext extends ActivitySender {
  /** The messages in the user's language. */
  messages: Messages;
}

/** Why somebody may not come in; `words` says it to them, where there is somebody to say it to. */
interface AccessDenied {
  message: string | undefined;
}

/** Says something where this kind of invoke shows it. */
type RespondWithMessage = (text: string) => InvokeResponse;

/** Whose people may come in. */
interface AccessOptions {
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
