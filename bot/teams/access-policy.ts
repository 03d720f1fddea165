import type { InvokeResponse } from 'botbuilder';
import { asObject } from '../platform/json.ts';
import type { SignInUser } from '../sign-in/connection-sign-in.ts';
import { parseUser, type User, WEB_CHAT_TENANT_ID } from '../sign-in/user.ts';
import type { Messages } from './locales/en.ts';
import { messagesFor } from './locales/texts.ts';
import { FORBIDDEN } from './responses.ts';

/** Read only from the authenticated activity. */
export interface ActivitySender extends SignInUser {
  activity: Readonly<Record<string, unknown>>;
  /** Empty if Teams sends none. */
  conversationId: string;
  /** Empty if Teams sends none. */
  activityId: string;
}

type Activity = Record<string, unknown>;
type Unidentified = 'no_identity' | 'tenants_differ';

/** Microsoft 365 sets `aadObjectId` and the tenant. On other channels the sender could forge them (T8, T68). */
const CHANNELS: ReadonlyMap<unknown, (activity: Activity) => User | Unidentified> = new Map([
  ['msteams', userFromTeams],
  ['m365extensions', userFromTeams],
  ['directline', userFromDirectLine],
  ['webchat', userFromDirectLine],
]);

function parseSender(activity: Activity): ActivitySender | Unidentified {
  const asker = CHANNELS.get(activity.channelId)?.(activity) ?? 'no_identity';
  if (typeof asker === 'string') return asker;
  const { name: rawName } = asObject(activity.from);
  const locale = localeOf(activity);
  const name = (typeof rawName === 'string' && rawName.trim().slice(0, 100)) || messagesFor(locale).aTeamsUser;
  const activityId = typeof activity.id === 'string' ? activity.id.slice(0, 200) : '';
  return { asker, name, locale, activity, conversationId: parseConversationId(activity), activityId };
}

/** Teams for iOS, among others, sends the locale only in the entity `clientInfo`. */
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

function userFromTeams(activity: Activity): User | Unidentified {
  const tenantId = parseTenant(activity);
  if (tenantId === 'tenants_differ') return tenantId;
  const asker = parseUser(tenantId, asObject(activity.from).aadObjectId);
  return asker && asker.tenantId !== WEB_CHAT_TENANT_ID ? asker : 'no_identity';
}

/** Direct Line copies the user id from the broker's token into `from`. No other field is trustworthy. */
function userFromDirectLine(activity: Activity): User | Unidentified {
  const { id } = asObject(activity.from);
  const [, ...groups] =
    (typeof id === 'string' && /^dl_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(id)) ||
    [];
  return parseUser(WEB_CHAT_TENANT_ID, groups.join('-')) ?? 'no_identity';
}

function parseConversationId({ conversation }: Activity): string {
  const { id } = asObject(conversation);
  return typeof id === 'string' ? id.slice(0, 200) : '';
}

function parseTenant(activity: Activity): unknown {
  const { id: tenantId } = asObject(asObject(activity.channelData).tenant);
  const { tenantId: other } = asObject(activity.conversation);
  // In a shared channel, the conversation's tenant is the host's, not the user's (T8, T11).
  if (isBlank(tenantId) || isBlank(other)) return tenantId;
  return lowerCase(other) === lowerCase(tenantId) ? tenantId : 'tenants_differ';
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** An array that converts to a GUID string is not a GUID (T8). */
function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Only the fields of a Bot Framework conversation reference. */
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

export interface RequestContext extends ActivitySender {
  messages: Messages;
}

interface AccessDenied {
  /** `undefined`: no answer, only a status. */
  message: string | undefined;
}

type RespondWithMessage = (text: string) => InvokeResponse;

interface AccessOptions {
  /** `undefined` allows every tenant. */
  allowedTenants: ReadonlySet<string> | undefined;
  directLine?: boolean;
}

/** T8, T11: only users of allowed tenants may use the bot. */
export class AccessPolicy {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  authorize(activity: Record<string, unknown>, respond: RespondWithMessage): RequestContext | InvokeResponse {
    const identified = this.identify(activity);
    if ('asker' in identified) return identified;
    return identified.message === undefined ? FORBIDDEN : respond(identified.message);
  }

  /** For activities that are not invokes. */
  identify(activity: Record<string, unknown>): RequestContext | AccessDenied {
    const messages = messagesFor(localeOf(activity));
    const sender = parseSender(activity);
    if (sender === 'tenants_differ') return { message: undefined };
    if (sender === 'no_identity') return { message: messages.noIdentity };
    return this.#isAllowed(sender) ? { ...sender, messages } : { message: messages.notAllowed };
  }

  #isAllowed({ asker: { tenantId } }: ActivitySender): boolean {
    const { allowedTenants, directLine = false } = this.#options;
    return tenantId === WEB_CHAT_TENANT_ID ? directLine : (allowedTenants?.has(tenantId) ?? true);
  }
}
