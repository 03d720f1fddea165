import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { ADA, PASSWORD } from '../../local/people.ts';
import { type ChatReply, ticketsIn } from '../support/chat.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { ChatBrowser, ChatClient, type DirectLineWorld, startDirectLineWorld } from '../support/direct-line-world.ts';
import { eventsSince, logMark } from '../support/evidence.ts';
import { patient } from '../support/patience.ts';
import { eventually } from '../support/world.ts';

const DAY_MS = 86_400_000;

let world: DirectLineWorld;
let clock: Clock;
beforeAll(async () => {
  clock = createClock();
  world = await startDirectLineWorld({ botEnv: clock.env });
});
afterAll(async () => {
  await world?.stop();
  clock?.close();
});

/** A new browser signs in to the handbook in Web Chat. @returns its object id */
async function signInByBrowser(): Promise<string> {
  const page = new ChatBrowser(world);
  const issued = await page.token();
  const client = await ChatClient.start(issued);
  const [requested] = (await client.send('sign in')) as unknown as ChatReply[];
  const auth = new AuthClient(world.botUrl, page.cookie);
  const { body } = await auth.post('start', {
    ticket: ticketsIn(requested).get('Sign in to Contoso handbook') ?? '',
  });
  const authorizationUrl = String(body.authorizationUrl);
  const { callbackUrl } = await signInByPages({ authorizationUrl, username: 'ada', password: PASSWORD });
  expect((await auth.post('complete', completionBody(callbackUrl))).status).toBe(200);
  return issued.userId.slice('dl_'.length);
}

const owners = () => world.rows('links').map((row) => String(row.object_id).replaceAll('-', ''));

test(
  'T63: the link of a browser in Web Chat ends after 30 days without use, and its tokens are revoked',
  async () => {
    const [closed, used] = [await signInByBrowser(), await signInByBrowser()];
    await world.signIn(ADA);
    expect(owners()).toHaveLength(3);
    const guid = used.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    world.sql('UPDATE links SET used_at = ? WHERE object_id = ?', Date.now() + 2 * DAY_MS, guid);
    const mark = await logMark(world);
    clock.ahead(31 * DAY_MS);
    const names = await eventually(
      async () => (await eventsSince(world, mark)).map(({ event }) => event),
      (events) => events.includes('credential.revoked'),
      patient(40_000),
    );
    expect(names).toEqual(['credential.idle', 'credential.revoked']);
    expect(owners()).not.toContain(closed);
    // A person in Teams can sign out by themselves, whenever that is.
    expect(owners().sort()).toEqual([used, ADA.objectId.replaceAll('-', '')].sort());
  },
  patient(60_000),
);
