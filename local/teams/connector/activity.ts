import { createHash, randomUUID } from 'node:crypto';
import type { Person } from '../../people.ts';
import type { Activity, ChatActivity } from '../page-api.ts';

export interface Setting {
  /** Default `en-US`. */
  locale?: string;
  conversation?: { id: string; conversationType: string };
}

export interface ChatEntry extends Setting {
  text?: string;
  /** A card button's data. */
  value?: unknown;
}

export interface Invoke extends Setting {
  /** `composeExtension/fetchTask` */
  name: string;
  value: unknown;
}

export interface Query extends Setting {
  commandId: string;
  /** The typed text; absent in an initial run. */
  text?: string;
  /** Default 0. */
  skip?: number;
  /** Default 25, like Teams. */
  count?: number;
  /** `notifySuccess`' value, in the reissued query. */
  state?: string;
  /** In the manifest; default `searchKeyword`. */
  parameter?: string;
}

export interface ActivityContext {
  botId: string;
  serviceUrl: string;
  now: Date;
}

/** Gets a new id. */
export function queryActivity(context: ActivityContext, person: Person, query: Query): Activity {
  return invokeActivity(context, person, { ...query, name: 'composeExtension/query', value: queryValue(query) });
}

export function invokeActivity(context: ActivityContext, person: Person, invoke: Invoke): Activity {
  const { name, value } = invoke;
  const common = activity(context, person, invoke);
  return {
    ...common,
    type: 'invoke',
    name,
    value,
    channelData: { ...common.channelData, source: { name: 'compose' } },
  };
}

export function messageActivity(context: ActivityContext, person: Person, message: ChatEntry): ChatActivity {
  const { text, value } = message;
  return {
    ...activity(context, person, message),
    type: 'message',
    ...(text !== undefined && { text, textFormat: 'plain' }),
    ...(value !== undefined && { value }),
  };
}

/** Teams sends both when a user installs the app. */
export function installationActivities(
  context: ActivityContext,
  person: Person,
  setting: Setting = {},
): ChatActivity[] {
  const bot = { id: `28:${context.botId}`, name: 'Latchkey' };
  return [
    { ...activity(context, person, setting), type: 'conversationUpdate', membersAdded: [bot] },
    { ...activity(context, person, setting), type: 'installationUpdate', action: 'add' },
  ];
}

function activity(context: ActivityContext, person: Person, setting: Setting): Omit<ChatActivity, 'type'> {
  const locale = setting.locale ?? 'en-US';
  return {
    id: `f:${randomUUID()}`,
    ...times(context.now),
    channelId: 'msteams',
    serviceUrl: context.serviceUrl,
    from: { id: channelUserId(person, context.botId), name: person.name, aadObjectId: person.objectId },
    recipient: { id: `28:${context.botId}`, name: 'Latchkey' },
    conversation: conversationOf(person, setting.conversation),
    entities: [clientInfo(locale)],
    channelData: { tenant: { id: person.tenantId } },
    locale,
  };
}

function queryValue(query: Query): Record<string, unknown> {
  const initial = { name: 'initialRun', value: 'true' };
  const typed = { name: query.parameter ?? 'searchKeyword', value: query.text };
  return {
    commandId: query.commandId,
    parameters: [query.text === undefined ? initial : typed],
    queryOptions: { skip: query.skip ?? 0, count: query.count ?? 25 },
    ...(query.state !== undefined && { state: query.state }),
  };
}

/** Opaque, stable, and different for each bot. */
function channelUserId(person: Person, botId: string): string {
  const digest = createHash('sha256').update(`${botId} ${person.tenantId} ${person.objectId}`).digest('base64url');
  return `29:1${digest}`;
}

function conversationOf(person: Person, chosen: Setting['conversation']): Activity['conversation'] {
  const { id, conversationType } = chosen ?? {
    id: `19:${person.objectId}@unq.gbl.spaces`,
    conversationType: 'personal',
  };
  return { ...(conversationType !== 'personal' && { isGroup: true }), conversationType, id, tenantId: person.tenantId };
}

function clientInfo(locale: string): Record<string, unknown> {
  const country = new Intl.Locale(locale).maximize().region;
  return { locale, country, platform: 'Web', timezone: 'UTC', type: 'clientInfo' };
}

function times(now: Date): Pick<Activity, 'timestamp' | 'localTimestamp' | 'localTimezone'> {
  const timestamp = now.toISOString();
  return { timestamp, localTimestamp: timestamp.replace('Z', '+00:00'), localTimezone: 'UTC' };
}
