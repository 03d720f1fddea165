import { AuthClient, completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD, type Person } from '../../local/people.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { type Connector, createConnector } from '../../local/teams/connector/connector.ts';
import { BOT_ID } from '../workload/people.ts';

/** The bot with the local identity provider and wiki, for real sign-ins. */
export interface World extends Stack {
  connector: Connector;
}

interface Reply {
  type: string;
  suggestedActions?: { actions: { value: string }[] };
}

export async function withWorld<T>(env: Record<string, string>, work: (world: World) => Promise<T>): Promise<T> {
  const connector = await createConnector({ botId: BOT_ID });
  try {
    const { metadataUrl } = connector;
    const stack = await startStack({ metadataUrl, identityProviderEnv: { IDP_STATS: '1', ...env } });
    try {
      return await work({ ...stack, connector });
    } finally {
      await stack.stop();
    }
  } finally {
    await connector.close();
  }
}

/** @throws {Error} unless the response is 200 with a compose extension */
export async function search(world: World, person: Person, text: string, state?: string): Promise<Reply> {
  const query = { commandId: 'insertWiki', text, ...(state !== undefined && { state }) };
  const activity = world.connector.queryActivity(person, query);
  const { status, body } = await world.connector.post(world.botUrl, activity, { timeout: 30_000 });
  const response = (body as { composeExtension?: Reply } | undefined)?.composeExtension;
  if (status !== 200 || !response) throw new Error(`The bot answered ${status}: ${JSON.stringify(body)}`);
  return response;
}

/** Ticket, start, the provider's pages, complete, redeem. @throws {Error} unless the person is signed in at the end */
export async function signIn(world: World, person: Person): Promise<void> {
  const prompt = await search(world, person, 'lakers');
  const url = new URL(prompt.suggestedActions?.actions[0]?.value ?? '');
  const page = new AuthClient(world.botUrl);
  const begun = await page.post('start', { ticket: url.searchParams.get('ticket') });
  const authorizationUrl = String(begun.body.authorizationUrl);
  const { callbackUrl } = await signInByPages({ authorizationUrl, username: person.username, password: PASSWORD });
  const { body } = await page.post('complete', completionBody(callbackUrl));
  const response = await search(world, person, 'lakers', String(body.securityCode));
  if (response.type !== 'result') throw new Error(`Not signed in: ${JSON.stringify(response)}`);
}

/** Uses the action command. @throws {Error} unless the bot confirms */
export async function signOut({ connector, botUrl }: World, person: Person): Promise<void> {
  const value = { commandId: 'signOut', commandContext: 'compose', data: { signOutOfAll: true } };
  const activity = connector.invokeActivity(person, { name: 'composeExtension/submitAction', value });
  const { status, body } = await connector.post(botUrl, activity);
  const { task } = body as { task?: { value?: string } };
  if (status !== 200 || !task?.value?.includes('signed out'))
    throw new Error(`Not signed out: ${JSON.stringify(body)}`);
}
