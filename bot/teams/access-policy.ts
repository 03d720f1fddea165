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
  /** Empty if Teams names no conversation. */
  conversationId: string;
  /** Empty if Teams sends no id. */
  activityId: string;
}

type Activity = Record<string, unknown>;
type Sender = User | 'no_identity' | 'tenants_differ';

/** The trusted identity, by channel. Microsoft 365 itself sets `aadObjectId` and the tenant. On other channels the
 * sender could forge them (T8, T68). */
const CHANNELS: ReadonlyMap<unknown, (activity: Activity) => Sender> = new Map([
  ['msteams', userFromTeams],
  ['m365extensions', userFromTeams],
  ['directline', userFromDirectLine],
  ['webchat', userFromDirectLine],
]);

function parseSender(activity: Activity): ActivitySender | 'no_identity' | 'tenants_differ' {
  const asker = CHANNELS.get(activity.channelId)?.(activity) ?? 'no_identity';
  if (typeof asker === 'string') return asker;
  // The confirm page shows a name, also if Teams sends none.
  const { name: rawName } = asObject(activity.from);
  const locale = localeOf(activity);
  const name = (typeof rawName === 'string' && rawName.trim().slice(0, 100)) || messagesFor(locale).aTeamsUser;
  const activityId = typeof activity.id === 'string' ? activity.id.slice(0, 200) : '';
  return { asker, name, locale, activity, conversationId: parseConversationId(activity), activityId };
}

/** Some clients, such as Teams for iOS, send the locale only in the entity `clientInfo`. */
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

/** Direct Line copies the user id from the broker's token into `from`, whatever the client sends. No other field is
 * trustworthy. */
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

/** The fields that the Bot Framework's conversation reference needs, and no others. */
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

/** Built once per activity, by the access policy. */
export interface RequestContext extends ActivitySender {
  messages: Messages;
}

/** Undefined `message`: the bot shows none. */
interface AccessDenied {
  message: string | undefined;
}

type RespondWithMessage = (text: string) => InvokeResponse;

interface AccessOptions {
  /** `undefined` allows every tenant. */
  allowedTenants: ReadonlySet<string> | undefined;
  /** Whether users of the Direct Line broker may use the bot. Default false. */
  directLine?: boolean;
}

/** T8, T11: only users of the allowed tenants may use the bot. */
export class AccessPolicy {
  readonly #admitted: AccessOptions;

  constructor(admitted: AccessOptions) {
    this.#admitted = admitted;
  }

  authorize(activity: Record<string, unknown>, respond: RespondWithMessage): RequestContext | InvokeResponse {
    const identified = this.identify(activity);
    if ('asker' in identified) return identified;
    return identified.message === undefined ? FORBIDDEN : respond(identified.message);
  }

  /** For activities that are no invokes. */
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
