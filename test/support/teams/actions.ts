import type { Person } from '../../../local/people.ts';
import type { Connector } from '../../../local/teams/connector/connector.ts';
import type { PostOptions, PostResult } from '../../../local/teams/connector/post.ts';
import { patient } from '../patience.ts';

/** Posts another invoke than a query, as Teams would for this person. */
export function postInvoke(
  connector: Connector,
  botUrl: string,
  person: Person,
  invoke: { name: string; value?: unknown; locale?: string },
  options?: PostOptions,
): Promise<PostResult> {
  const activity = { ...connector.queryActivity(person, { commandId: 'signOut' }), ...invoke };
  return connector.post(botUrl, activity, options);
}

/** The action command with which a person signs out of everything. */
export const SIGN_OUT_OF_ALL = {
  name: 'composeExtension/submitAction',
  value: { commandId: 'signOut', commandContext: 'compose', data: { signOutOfAll: true } },
};

/** Signs the person out of everything. @returns the text of the task module */
export async function signOut(
  connector: Connector,
  botUrl: string,
  person: Person,
  options?: PostOptions,
): Promise<string> {
  const { status, body } = await postInvoke(connector, botUrl, person, SIGN_OUT_OF_ALL, options);
  const message = (body as { task?: { value?: unknown } } | undefined)?.task?.value;
  if (status !== 200 || typeof message !== 'string') throw new Error(`The sign-out returned ${status}`);
  return message;
}

/** The person writes "help" in a chat with this channel for the answers. @returns the status of the response */
export async function sayHelp(connector: Connector, botUrl: string, person: Person, channel: string): Promise<number> {
  const serviceUrl = `${channel}/teams/`;
  const activity = { ...connector.messageActivity(person, { text: 'help' }), serviceUrl };
  const token = await connector.token({ serviceurl: serviceUrl });
  return (await connector.post(botUrl, activity, { token, timeout: patient(60_000) })).status;
}

/** @returns the lines of *Your connections*, which names the accounts */
export async function connectionLines(connector: Connector, botUrl: string, person: Person): Promise<string[]> {
  const value = { commandId: 'connections', commandContext: 'compose' };
  const invoke = { name: 'composeExtension/fetchTask', value };
  const { body } = await postInvoke(connector, botUrl, person, invoke, { timeout: patient(5_000) });
  return [...JSON.stringify(body).matchAll(/"text":"([^"]+)"/g)].map(([, text]) => text ?? '');
}
