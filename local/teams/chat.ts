import type { Person } from '../people.ts';
import { peopleByKey } from './cast.ts';
import type { Connector } from './connector.ts';
import { asObject, textOf } from './fields.ts';
import { RequestError } from './http.ts';
import { settingOf } from './invocations.ts';
import { deliver } from './invoke.ts';
import type { ChatActivity, ChatResult } from './page-api.ts';

type Fields = Record<string, unknown>;

/** Says something to the bot in the person's own chat with it, as Teams would. What the bot posts into that conversation
 * meanwhile comes along: it is all there when the bot has answered.
 * @throws {RequestError} when the page asks for something that can't be */
export async function chat(context: { connector: Connector; botUrl: string }, asked: unknown): Promise<ChatResult> {
  const fields = asObject(asked);
  const person = peopleByKey.get(textOf(fields, 'person'));
  if (!person) throw new RequestError(400, `There is nobody called “${textOf(fields, 'person')}”.`);
  const { connector, botUrl } = context;
  const { received } = connector.endpoints;
  const before = received.length;
  const exchanges = [];
  for (const activity of activitiesOf(connector, person, fields)) {
    exchanges.push(await deliver(connector, botUrl, activity));
  }
  const { id } = settingOf(fields).conversation;
  const replies = received.slice(before).filter(({ conversationId }) => conversationId === id);
  return { exchanges, replies: replies.map(({ activity }) => activity) };
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
