import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../../../local/people.ts';
import type { PostResult } from '../../../../local/teams/connector/post.ts';
import { leaksIn } from '../../../support/process/log.ts';
import { orderProviderFault } from '../../../support/provider/provider-view.ts';
import { signOut } from '../../../support/teams/actions.ts';
import { wikiControl } from '../../../support/wiki/wiki-control.ts';
import {
  type AnotherBot,
  startAnotherBot,
  withAnotherBot,
  withChangedConnections,
} from '../../../support/world/another-bot.ts';
import { forgetAll, logMark, NO_ROWS, rowCounts } from '../../../support/world/evidence.ts';
import { type SsoWorld, startSsoWorld } from '../../../support/world/sso-world.ts';
import { type SearchResponse, titlesOf, type World } from '../../../support/world/world.ts';

let sso: SsoWorld;
let world: World;

beforeAll(async () => {
  sso = await startSsoWorld();
  world = sso.world;
  await consent(ADA);
});
beforeEach(() => forgetAll(world));
afterEach(async () => {
  await orderProviderFault(world, {});
  for (const person of [ADA, GRACE]) await sso.challenge(person);
});
afterAll(() => world?.stop());

const responseOf = ({ body }: PostResult) =>
  (body as { composeExtension?: SearchResponse } | undefined)?.composeExtension;
/** Consents to the wiki's scopes on the consent page. Afterwards only the consent is left. */
const consent = async (person: Person) => {
  await world.signIn(person);
  forgetAll(world);
};
describe('single sign-on with Teams', () => {
  test('the bot asks silently, accepts the token, and answers with results; later searches need no token', async () => {
    const first = await world.search(ADA);
    expect(first.type).toBe('silentAuth');
    expect(first.suggestedActions?.actions[0]?.value).toContain(`${world.botUrl}/auth/start?ticket=`);
    const before = await sso.exchanges(ADA);
    const response = responseOf(await sso.searchWith(ADA, await sso.token(ADA)));
    expect(response && titlesOf(response)).toContain('Los Angeles Lakers');
    expect((await world.search(ADA)).type).toBe('result');
    expect((await sso.exchanges(ADA)).ok).toBe(before.ok + 1);
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 1, attempts: 0 });
  });

  test('the same token again: the stored credential has the answer, until Ada signs out', async () => {
    const token = await sso.token(ADA);
    await sso.searchWith(ADA, token);
    forgetAll(world);
    const before = await sso.exchanges(ADA);
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('result');
    expect(await sso.exchanges(ADA)).toEqual(before);
    expect(await signOut(world.connector, world.botUrl, ADA)).toContain('Contoso wiki');
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('result');
    expect((await sso.exchanges(ADA)).ok).toBe(before.ok + 1);
  });

  test('a credential that the wiki refuses is not used again: another exchange; if that fails too, a window', async () => {
    const token = await sso.token(ADA);
    await sso.searchWith(ADA, token);
    const before = await sso.exchanges(ADA);
    await wikiControl(world.wikiUrl).fault({ status: 401, times: 2 });
    expect((await world.search(ADA)).type).toBe('silentAuth');
    expect(rowCounts(world).links).toBe(0);
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('auth');
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('result');
    expect((await sso.exchanges(ADA)).ok).toBe(before.ok + 2);
  });

  test('for a pasted link the bot asks silently, and shows its card with the token', async () => {
    const url = `${world.wikiUrl}/wiki/Los_Angeles_Lakers`;
    const ask = (value: object) => {
      const invoke = { name: 'composeExtension/queryLink', value: { url, ...value } };
      return world.connector.post(world.botUrl, world.connector.invokeActivity(ADA, invoke));
    };
    expect(responseOf(await ask({}))?.type).toBe('silentAuth');
    const grace = world.connector.invokeActivity(GRACE, { name: 'composeExtension/queryLink', value: { url } });
    Object.assign(grace.value as object, { authentication: { token: await sso.token(GRACE) } });
    const shown = responseOf(
      await ask({ authentication: { id: 'x', connectionName: '', token: await sso.token(ADA) } }),
    );
    expect([shown?.type, shown?.attachments?.length]).toEqual(['result', 1]);
    expect((await world.connector.post(world.botUrl, grace)).status).toBe(412);
  });

  test('a person without consent: 412 without a body, the consent page, and then results', async () => {
    const refused = await sso.searchWith(GRACE, await sso.token(GRACE));
    expect([refused.status, refused.body]).toEqual([412, undefined]);
    expect(rowCounts(world).links).toBe(0);
    await world.signIn(GRACE);
    forgetAll(world);
    expect(responseOf(await sso.searchWith(GRACE, await sso.token(GRACE)))?.type).toBe('result');
  });

  test('a claims challenge is passed to the next sign-in, and meets the policy', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    await sso.challenge(ADA, claims);
    const received = responseOf(await sso.searchWith(ADA, await sso.token(ADA, { claims: { nonce: 'new' } })));
    expect(received?.type).toBe('auth');
    const ticket = new URL(String(received?.suggestedActions?.actions[0]?.value)).searchParams.get('ticket');
    const { body: started } = await new AuthClient(world.botUrl).post('start', { ticket });
    expect(new URL(String(started.authorizationUrl)).searchParams.get('claims')).toBe(claims);
  });

  test.each([
    ['answers 503', { endpoint: 'token', mode: 'error' as const }],
    ['hangs', { endpoint: 'token', mode: 'hang' as const }],
  ])('T78: Entra %s at the exchange: a message with a reference, and the next one works', async (_, fault) => {
    await orderProviderFault(world, { ...fault, times: 1 });
    const token = await sso.token(ADA, { claims: { jti: String(Math.random()) } });
    const response = responseOf(await sso.searchWith(ADA, token));
    expect([response?.type, response?.text]).toEqual(['message', expect.stringMatching(/Reference: [a-z0-9]{8}$/)]);
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('result');
  });
});

describe('an exchange that Entra refuses', () => {
  test('T58: because of the token: a window, and then results', async () => {
    const token = await sso.token(ADA);
    await orderProviderFault(world, { endpoint: 'token', mode: 'error', status: 400 });
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('auth');
    await world.signIn(ADA);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T58: because of the client: a message, and the next search works once that is fixed', async () => {
    const token = await sso.token(ADA);
    const mark = await logMark(world);
    await orderProviderFault(world, { endpoint: 'token', mode: 'error', status: 401 });
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('message');
    await logMark(world);
    expect(world.bot.output().slice(mark)).toContain('on behalf of: error invalid_client');
    expect(responseOf(await sso.searchWith(ADA, token))?.type).toBe('result');
  });
});

describe('the clients of Microsoft’s products', () => {
  const ids = [
    ...['1fec8e78-bce4-4aaf-ab1b-5451cc387264', '5e3ce6c0-2b1f-4285-8d4b-75ee78787346'],
    ...['d3590ed6-52b3-4102-aeff-aad2292ab01c', 'bc59ab01-8403-45c6-8796-ac3ef710b3e3'],
    ...['00000002-0000-0ff1-ce00-000000000000', '27922004-5251-4030-b22d-91ecd9a37ea4'],
    ...['4765445b-32c6-49b0-83e6-1d93765276ca', '0ec893e0-5785-4de6-99da-4ed124e5296c'],
  ];

  test.each(ids)('a token from %s signs the person in without a window', async (azp) => {
    expect(responseOf(await sso.searchWith(ADA, await sso.token(ADA, { claims: { azp } })))?.type).toBe('result');
  });

  test('T67: tokens of Outlook and Microsoft 365 are refused if the connection names only Teams', async () => {
    const teamsAlone = (signIns: Record<string, unknown>[]) => Object.assign(signIns[0] ?? {}, { hosts: ['teams'] });
    await withChangedConnections(world, teamsAlone, async ({ url }) => {
      const ask = async (azp: string) =>
        responseOf(await sso.searchWith(ADA, await sso.token(ADA, { claims: { azp } }), url))?.type;
      expect(await ask('27922004-5251-4030-b22d-91ecd9a37ea4')).toBe('auth');
      expect(await ask('4765445b-32c6-49b0-83e6-1d93765276ca')).toBe('auth');
      expect(await ask('1fec8e78-bce4-4aaf-ab1b-5451cc387264')).toBe('result');
    });
  });
});

describe('T67: a token that is not this asker’s, for us, from Teams', () => {
  const other = '99999999-9999-4999-8999-999999999999';
  const past = Math.floor(Date.now() / 1000) - 7200;
  const withClaims: [string, object, string][] = [
    ['of the asker’s tenant, which says another', { tid: TENANTS.fabrikam }, 'another person'],
    ['with another issuer', { iss: 'https://login.example.com/x/v2.0' }, 'claim iss'],
    ['for another app', { aud: 'api://another' }, 'claim aud'],
    ['from another client than Teams', { azp: other }, 'not from a Teams client'],
    ['without a client', { azp: null }, 'not from a Teams client'],
    ['that has ended', { exp: past }, 'expired'],
    ['without an end', { exp: null }, 'claim exp'],
    ['not good yet', { nbf: past + 99_999 }, 'claim nbf'],
    ['without an object id', { oid: null }, 'claim oid'],
    ['of an app itself', { scp: null, roles: ['x'] }, 'another scope'],
  ];
  const cases: [string, () => Promise<string>, string][] = [
    ...withClaims.map((row): [string, () => Promise<string>, string] => [
      row[0],
      () => sso.token(ADA, { claims: row[1] }),
      row[2],
    ]),
    ['another person’s', () => sso.token(GRACE), 'another person'],
    ['another tenant’s, by its own keys', () => sso.token(LINUS), 'ERR_JWKS_NO_MATCHING_KEY'],
    ['with a changed payload', async () => changed(await sso.token(ADA)), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['unsigned', async () => unsigned(await sso.token(ADA)), 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['no token at all', async () => 'nothing', 'ERR_JWS_INVALID'],
  ];

  test.each(cases)(
    'T67: %s: no exchange and no link, an event, and a window instead of another try',
    async (_, make, reason) => {
      const mark = await logMark(world);
      const [before, token] = [await sso.exchanges(ADA), await make()];
      const response = responseOf(await sso.searchWith(ADA, token));
      expect(response?.type).toBe('auth');
      expect(rowCounts(world)).toEqual(NO_ROWS);
      expect(await sso.exchanges(ADA)).toEqual(before);
      expect(await sso.refusals(mark)).toEqual([reason]);
    },
  );

  test.each([[['x']], [{}], [7], [true]])('T67: %j in its place is no token', async (value) => {
    const mark = await logMark(world);
    expect(responseOf(await sso.searchWith(ADA, value))?.type).toBe('auth');
    expect([await sso.refusals(mark), rowCounts(world).links]).toEqual([[], 0]);
  });

  test('T67: the Application ID URI is a valid audience, too', async () => {
    const token = await sso.token(ADA, { claims: { aud: 'api://latchkey' } });
    // The stand-in exchanges only tokens for the client id. Its request shows that the bot accepted the token.
    const before = await sso.exchanges(ADA);
    await sso.searchWith(ADA, token);
    expect((await sso.exchanges(ADA)).refused).toBe(before.refused + 1);
  });

  test('T67: without Entra’s keys no one is signed in; the bot says so, and recovers', async () => {
    await withAnotherBot(world, {}, async (fresh) => {
      await orderProviderFault(world, { endpoint: 'jwks', mode: 'error', times: 1 });
      const token = await sso.token(ADA, { claims: { jti: 'without keys' } });
      expect(responseOf(await sso.searchWith(ADA, token, fresh.url))?.type).toBe('message');
      expect(rowCounts(world).links).toBe(0);
      expect(responseOf(await sso.searchWith(ADA, token, fresh.url))?.type).toBe('result');
    });
  });

  test('T67: a connection of another type accepts no such token', async () => {
    const activity = world.connector.queryActivity(ADA, { commandId: 'insertHandbook', text: 'lakers' });
    Object.assign(activity.value as object, { authentication: { token: await sso.token(ADA) } });
    expect(responseOf(await world.connector.post(world.botUrl, activity))?.type).toBe('auth');
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('T67: one exchange', () => {
  let second: AnotherBot;
  beforeAll(async () => {
    second = await startAnotherBot(world);
  });
  afterAll(async () => {
    await second?.stop();
  });

  test('T67: twelve deliveries at once, on two instances: all are answered, with one request to Entra', async () => {
    // Both have loaded their modules, and the exchange takes so long that all arrive meanwhile.
    await sso.searchWith(ADA, await sso.token(ADA), second.url);
    forgetAll(world);
    await orderProviderFault(world, { endpoint: 'token', mode: 'slow', times: 12 });
    const before = await sso.exchanges(ADA);
    const token = await sso.token(ADA, { claims: { jti: 'twelve' } });
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, at) => sso.searchWith(ADA, token, at % 2 ? world.botUrl : second.url)),
    );
    expect(responses.map((each) => responseOf(each)?.type)).toEqual(Array(12).fill('result'));
    expect((await sso.exchanges(ADA)).ok).toBe(before.ok + 1);
    expect(rowCounts(world).links).toBe(1);
  });
});

test('T72: the log contains no secret of this file', async () => {
  await logMark(world);
  expect(leaksIn(world.bot.output(), [...sso.tokens])).toEqual([]);
});

function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const more = Buffer.from(JSON.stringify({ ...claims, name: 'Mallory' })).toString('base64url');
  return [header, more, signature].join('.');
}

function unsigned(token: string): string {
  const [, payload] = token.split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
}
