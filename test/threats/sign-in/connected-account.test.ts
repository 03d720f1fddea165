import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { ADA, GRACE } from '../../../local/people.ts';
import { leaksIn } from '../../support/process/log.ts';
import { CARD, type ChatReply, repliesTo, textOf } from '../../support/teams/chat.ts';
import { allRows, logMark } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { failuresOf, sideEffects } from '../../support/world/outcomes.ts';
import { useWorld } from '../../support/world/use-world.ts';

/**
 * A channel that sends the token of an account that its user connected there. Enabled for the handbook, on `cortana`.
 */
const CONNECTIONS_FILE = fileURLToPath(new URL('../../support/world/connections/connected.json', import.meta.url));
const world = useWorld({ botEnv: { CONNECTIONS_FILE } });
let token: string;
let otherIssuer: string;
beforeAll(async () => {
  // Tokens as from such a channel. In the tests no user is signed in to Latchkey.
  await world.signIn(ADA, { connection: 'handbook' });
  await world.signIn(GRACE, { connection: 'wiki' });
  token = linkedCredential(world, ADA, 'handbook').accessToken;
  otherIssuer = linkedCredential(world, GRACE, 'wiki').accessToken;
});

const entity = (status: unknown, value: unknown) => ({ type: 'AuthorizationToken', status, token: value });

/** Sends a message with these entities, on a channel without object ids. */
function tell(text: string, entities: unknown, change: object = {}): Promise<ChatReply[]> {
  const activity = world.connector.messageActivity(ADA, { text });
  const conversation = { id: 'cortana-1' };
  const from = { id: 'somebody', name: 'Somebody' };
  return repliesTo(world, {
    ...activity,
    channelId: 'cortana',
    from,
    conversation,
    channelData: {},
    entities,
    ...change,
  });
}

/** One reply, besides the offer of more results. */
async function sendOne(...args: Parameters<typeof tell>): Promise<ChatReply> {
  const [reply, ...others] = await tell(...args);
  expect(others.filter((other) => !JSON.stringify(other).includes('"more":'))).toEqual([]);
  return reply ?? { type: 'none' };
}

const isFound = ({ attachments = [] }: ChatReply) =>
  attachments.some(({ contentType }) => contentType === CARD.adaptive);

describe('T71: a token that counts', () => {
  test.each(['1', '2'])('status %s: the bot searches only the handbook with it', async (status) => {
    const reply = await sendOne('search lakers', [{ type: 'clientInfo' }, entity(status, token)]);
    expect(isFound(reply)).toBe(true);
    expect(JSON.stringify(reply)).toContain('"Contoso handbook"');
    expect(JSON.stringify(reply)).not.toContain('signed in as');
    expect(JSON.stringify(reply)).not.toContain('Contoso wiki');
  });

  test('“Show more” shows the next results, with the token in that message', async () => {
    const first = await sendOne('search lakers', [entity('1', token)]);
    const value = { more: { text: 'lakers', seen: { handbook: 10 } } };
    const next = await sendOne('', [entity('1', token)], { value });
    expect(isFound(next)).toBe(true);
    expect(first.attachments).not.toContainEqual(next.attachments?.[0]);
  });

  test('the bot does not store it: the next message without it has no identity', async () => {
    const before = allRows(world);
    await sendOne('search lakers', [entity('1', token)]);
    expect(allRows(world)).toEqual(before);
    expect(Object.values(before).flat()).toEqual([]);
    const reply = await sendOne('search lakers', []);
    expect(textOf(reply)).toMatch(/did not tell Latchkey who you are/);
    await logMark(world);
    expect(leaksIn(world.bot.output(), [token, token.slice(0, 60), token.split('.')[2] ?? token])).toEqual([]);
  });

  test('status 3: the person cancelled, and the bot says so in their language', async () => {
    for (const value of [null, undefined, token]) {
      const reply = await sendOne('search lakers', [entity('3', value)], { locale: 'de-DE' });
      expect(textOf(reply)).toBe('Die Anmeldung wurde abgebrochen. Senden Sie „anmelden“, um neu zu beginnen.');
    }
  });

  test('the bot greets for every message except a search', async () => {
    expect(textOf(await sendOne('help', [entity('1', token)]))).toMatch(/^I search Contoso handbook/);
  });
});

describe('T71: a token that does not', () => {
  test.each(['directline', 'webchat', 'emulator', 'msteams'])(
    'on %s, where it is not enabled, it has no effect',
    async (channelId) => {
      const before = await sideEffects(world);
      const all = await tell('search lakers', [entity('1', token)], { channelId });
      expect(all.filter(isFound)).toEqual([]);
      expect(await sideEffects(world)).toEqual(before);
    },
  );

  test('a status is a text, and one of three', async () => {
    const before = await sideEffects(world);
    for (const status of [1, 2, 3, '0', '4', '01', ' 1', '', null, undefined, true, ['1'], { a: 1 }]) {
      const reply = await sendOne('search lakers', [entity(status, token)]);
      expect([status, textOf(reply)]).toEqual([status, expect.stringMatching(/did not tell Latchkey who you are/)]);
    }
    for (const value of [null, undefined, '', 1, [token], { token }]) {
      expect(isFound(await sendOne('search lakers', [entity('1', value)]))).toBe(false);
    }
    const twice = [entity('1', token), entity('1', token)];
    for (const entities of [null, undefined, {}, 'x', twice, [[entity('1', token)]]]) {
      expect(isFound(await sendOne('search lakers', entities))).toBe(false);
    }
    expect(await sideEffects(world)).toEqual(before);
  });

  test('signature and issuer are verified: the bot sends a message, and does not ask the handbook', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = new SignJWT({ sub: 'ada', iss: `${world.identityProviderUrl}/plain`, aud: 'api://wiki' })
      .setProtectedHeader({ alg: 'RS256', kid: 'rogue' })
      .setExpirationTime('1h');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const tokens: Record<string, string> = {
      'signed with another key': await forged.sign(privateKey),
      'of another issuer of the same host': otherIssuer,
      'without a signature': none,
      'with another payload': `${header}.${Buffer.from('{"sub":"grace"}').toString('base64url')}.${signature}`,
      'no token': 'eyJhbGciOiJub25lIn0',
      'of 100,000 characters': 'x'.repeat(100_000),
    };
    const calls = async () => (await sideEffects(world)).wikiCalls;
    const before = await calls();
    for (const [name, value] of Object.entries(tokens)) {
      const reply = await sendOne('search lakers', [entity('1', value)]);
      expect([name, textOf(reply)]).toEqual([
        name,
        expect.stringMatching(/^That sign-in expired or belongs to another person/),
      ]);
    }
    expect(await calls()).toBe(before);
    expect(await failuresOf(world)).toEqual([]);
  });

  test('for another audience it is refused, on a channel whose connection requires that audience', async () => {
    const reply = await sendOne('search lakers', [entity('1', token)], { channelId: 'skype' });
    expect(textOf(reply)).toMatch(/^That sign-in expired or belongs to another person/);
  });

  test('T56: where others read, the bot does not search with it', async () => {
    for (const conversation of [
      { id: 'x', isGroup: true },
      { id: 'x', conversationType: 'groupChat' },
    ]) {
      expect(isFound(await sendOne('search lakers', [entity('1', token)], { conversation }))).toBe(false);
    }
  });
});
