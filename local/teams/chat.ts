import type { Person } from '../people.ts';
import { peopleByKey } from './cast.ts';
import type { Connector } from './connector/connector.ts';
import { asObject, textOf } from './fields.ts';
import { RequestError } from './http.ts';
import { settingOf } from './invocations.ts';
import { cut, deliver } from './invoke.ts';
import type { ChatActivity, ChatResult, Exchange, LaterReplies } from './page-api.ts';
import type { SsoTokens } from './sso.ts';

type Fields = Record<string, unknown>;

interface ChatContext {
  connector: Connector;
  botUrl: string;
  ssoTokens: SsoTokens;
}

/** Sends activities in the user's own chat, like Teams. The result includes the bot's messages, which it posts before
 * it responds.
 * @throws {RequestError} for an invalid request of the page */
export async function chat(context: ChatContext, requested: unknown): Promise<ChatResult> {
  const fields = asObject(requested);
  const person = peopleByKey.get(textOf(fields, 'person'));
  if (!person) throw new RequestError(400, `There is no person called “${textOf(fields, 'person')}”.`);
  const { connector, botUrl, ssoTokens } = context;
  const before = connector.endpoints.received.length;
  const exchanges = [];
  if (fields.kind === 'token') exchanges.push(await bringToken(context, person, fields, await ssoTokens(person)));
  else
    for (const activity of activitiesOf(connector, person, fields)) {
      exchanges.push(await deliver(connector, botUrl, activity));
    }
  return { exchanges, ...messageSince(connector, settingOf(fields).conversation.id, before) };
}

export function messageSince(
  { endpoints: { received } }: Connector,
  conversation: string,
  after: number,
): LaterReplies {
  const all = received.map(({ conversationId, activity }, at) => ({ conversationId, said: { at, activity } }));
  const replies = all.slice(after).filter(({ conversationId }) => conversationId === conversation);
  return { replies: replies.map(({ said: message }) => message), next: received.length };
}

/** Like Teams for a card that requests a token. Without a token, reports a failure to the bot. */
async function bringToken(
  { connector, botUrl }: ChatContext,
  person: Person,
  fields: Fields,
  token: string | undefined,
): Promise<Exchange<ChatActivity>> {
  const [exchange, setting] = [asObject(fields.exchange), settingOf(fields)];
  if (token === undefined) {
    const value = { code: 'resourcematchfailed', message: 'Resource match failed' };
    return deliver(connector, botUrl, connector.invokeActivity(person, { ...setting, name: 'signin/failure', value }));
  }
  const value = { id: textOf(exchange, 'id'), connectionName: textOf(exchange, 'connectionName'), token };
  const invoke = connector.invokeActivity(person, { ...setting, name: 'signin/tokenExchange', value });
  return deliver(connector, botUrl, invoke, { ...invoke, value: { ...value, token: cut(token) } });
}

function activitiesOf(connector: Connector, person: Person, fields: Fields): ChatActivity[] {
  const setting = settingOf(fields);
  if (fields.kind === 'installed') return connector.installationActivities(person, setting);
  if (fields.kind === 'signedIn') {
    const value = { state: textOf(fields, 'state') };
    return [connector.invokeActivity(person, { ...setting, name: 'signin/verifyState', value })];
  }
  if (fields.kind === 'pressed') return [connector.messageActivity(person, { ...setting, value: fields.data })];
  if (fields.kind === 'said') return [connector.messageActivity(person, { ...setting, text: textOf(fields, 'text') })];
  throw new RequestError(400, `The page does not do “${String(fields.kind)}”.`);
}
