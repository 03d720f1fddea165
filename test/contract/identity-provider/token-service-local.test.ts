import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startIdentityProvider } from '../../../local/identity-provider/server.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, BOT_ID, BOT_PASSWORD, PASSWORD, TENANTS } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { startTokenService } from '../../../local/token-service/server.ts';

/* The stand-in of the token service, with botbuilder's own, unchanged client. Azure would get the same requests. */
let url: string;
/** A token service whose codes expire at once. */
let hastyUrl: string;
let issuer: string;
let client: ChildProcessByStdio<Writable, Readable, null>;
let answers: AsyncIterator<string>;
const running: { close(): Promise<void> }[] = [];

// In its own process, because Jest cannot load the library. It answers each line of calls with a line.
const SCRIPT = `
  import { createInterface } from 'node:readline';
  import botbuilder from 'botbuilder';
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, botId, bearer, calls } = JSON.parse(line);
    const credentials = { signRequest: async (request) => { request.headers.set('Authorization', bearer); return request; } };
    const factory = { createCredentials: async () => credentials, isValidAppId: async () => true, isAuthenticationDisabled: async () => false };
    const authentication = new botbuilder.ConfigurationBotFrameworkAuthentication({ OAuthUrl: url }, factory);
    const client = await authentication.createUserTokenClient({ getClaimValue: () => botId });
    const answers = [];
    for (const [method, ...args] of calls) {
      answers.push(await client[method](...args).then((value) => ({ value }), ({ statusCode }) => ({ statusCode })));
    }
    console.log(JSON.stringify(answers));
  }
`;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const identityProviderUrl = `http://localhost:${port}`;
  issuer = `${identityProviderUrl}/${TENANTS.contoso}/v2.0`;
  const options = { port: 0, identityProviderUrl, botId: BOT_ID, botSecret: BOT_PASSWORD };
  const [service, hasty] = await Promise.all([
    startTokenService(options),
    startTokenService({ ...options, codeTtl: 0 }),
  ]);
  [url, hastyUrl] = [service.url, hasty.url];
  const redirectUris = [url, hastyUrl].map((origin) => `${origin}/.auth/web/redirect`);
  running.push(service, hasty, await startIdentityProvider({ port, redirectUris, sso: true }));
  client = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  answers = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
});
afterAll(async () => {
  client?.kill();
  await Promise.all(running.map((each) => each.close()));
});

type Call = [method: string, ...args: unknown[]];
interface Answered {
  value?: Record<string, unknown>;
  statusCode?: number;
}

/** The answers to the calls of the client, in order. */
async function ask(
  calls: Call[],
  { bearer, origin = url }: { bearer?: string; origin?: string } = {},
): Promise<Answered[]> {
  const given = { url: origin, botId: BOT_ID, bearer: bearer ?? (await botToken({ origin })), calls };
  client.stdin.write(`${JSON.stringify(given)}\n`);
  return JSON.parse((await answers.next()).value);
}

async function botToken({ secret = BOT_PASSWORD, origin = url } = {}): Promise<string> {
  const response = await fetch(`${origin}/botframework.com/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: BOT_ID,
      client_secret: secret,
      scope: 'https://api.botframework.com/.default',
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  return response.ok ? `Bearer ${token}` : `refused ${response.status}`;
}

const activity = (userId: string, channelId = 'msteams') => ({
  type: 'invoke',
  id: 'f:1',
  channelId,
  serviceUrl: 'https://smba.example/',
  from: { id: userId },
  recipient: { id: `28:${BOT_ID}` },
  conversation: { id: '19:x', tenantId: TENANTS.contoso },
});

/** The code of a sign-in on the service's pages. */
async function codeFor(userId: string, connection = 'handbook', username = 'ada', origin = url): Promise<string> {
  const [response] = await ask([['getSignInResource', connection, activity(userId)]], { origin });
  const begun = await fetch(String(response?.value?.signInLink), { redirect: 'manual' });
  const authorizationUrl = String(begun.headers.get('location'));
  const jar = new CookieJar();
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD, jar });
  const page = await (await fetch(callbackUrl)).text();
  return /<output id="code">(\d{6})</.exec(page)?.[1] ?? '';
}

const token = (userId: string, code?: string, connection = 'handbook', channel = 'msteams'): Call => [
  'getUserToken',
  userId,
  connection,
  channel,
  ...(code === undefined ? [] : [code]),
];

describe('the token service’s stand-in, asked by botbuilder’s client', () => {
  test('from no token to a token by its code, its status, and the sign-out', async () => {
    const code = await codeFor('29:ada');
    const responses = await ask([
      token('29:ada'),
      token('29:ada', code),
      token('29:ada'),
      ['getTokenStatus', '29:ada', 'msteams', 'handbook'],
      ['signOutUser', '29:ada', 'handbook', 'msteams'],
      token('29:ada'),
    ]);
    const [before, redeemed, after, status, , gone] = responses;
    expect([before?.value, gone?.value]).toEqual([undefined, undefined]);
    expect(redeemed?.value).toMatchObject({ channelId: 'msteams', connectionName: 'handbook' });
    expect(Date.parse(String(redeemed?.value?.expiration))).toBeGreaterThan(Date.now());
    expect(after?.value?.token).toBe(redeemed?.value?.token);
    expect(status?.value).toMatchObject([{ connectionName: 'handbook', hasToken: true, channelId: 'msteams' }]);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(undefined));
  });

  test('a code works for its owner only, at its connection and channel, once, for a short time', async () => {
    const code = await codeFor('29:grace', 'handbook', 'grace');
    const nobody = await ask([
      token('29:mallory', code),
      token('29:grace', code, 'wiki'),
      token('29:grace', code, 'handbook', 'directline'),
      token('29:grace', String((Number(code) + 1) % 1_000_000).padStart(6, '0')),
    ]);
    expect(nobody.map(({ value }) => value)).toEqual(Array(4).fill(undefined));
    const [once, again] = await ask([token('29:grace', code), token('29:grace', code)]);
    expect([typeof once?.value?.token, again?.value]).toEqual(['string', undefined]);
    const late = await codeFor('29:linus', 'handbook', 'linus', hastyUrl);
    expect(late).toMatch(/^\d{6}$/);
    expect((await ask([token('29:linus', late)], { origin: hastyUrl }))[0]?.value).toBeUndefined();
  });

  test('the service exchanges the Teams client’s token if the connection has a resource and the user consented', async () => {
    const body = JSON.stringify({ username: ADA.username });
    const message = (await (await fetch(`${issuer}/__sso`, { method: 'POST', body })).json()) as { token: string };
    const exchange = (connection: string): Call => [
      'exchangeToken',
      '29:e',
      connection,
      'msteams',
      { token: message.token },
    ];
    const [resource, refused, other] = await ask([
      ['getSignInResource', 'wiki', activity('29:e')],
      exchange('wiki'),
      exchange('handbook'),
    ]);
    expect(resource?.value?.tokenExchangeResource).toMatchObject({ uri: 'api://latchkey' });
    expect([refused?.value?.token, other?.value?.token]).toEqual([undefined, undefined]);
    await codeFor('29:e', 'wiki', ADA.username);
    const [exchanged, kept] = await ask([exchange('wiki'), token('29:e', undefined, 'wiki')]);
    expect(typeof exchanged?.value?.token).toBe('string');
    expect(kept?.value?.token).toBe(exchanged?.value?.token);
  });

  test('accepts requests of the bot only', async () => {
    expect(await botToken({ secret: 'another' })).toBe('refused 401');
    for (const bearer of ['', 'Bearer x', (await botToken()).slice(0, -1)]) {
      const [response] = await ask([token('29:ada')], { bearer });
      expect([bearer, response?.statusCode]).toEqual([bearer, 401]);
    }
  });

  test('a state of another bot, of an unknown connection, or none: no link', async () => {
    const bearer = await botToken();
    const encode = (state: unknown) => Buffer.from(JSON.stringify(state)).toString('base64');
    const conversation = { user: { id: '29:a' }, channelId: 'msteams' };
    for (const state of [
      encode({ connectionName: 'handbook', msAppId: TENANTS.contoso, conversation }),
      encode({ connectionName: 'unknown', msAppId: BOT_ID, conversation }),
      encode({ connectionName: 'handbook', msAppId: BOT_ID, conversation: {} }),
      'not base64 of JSON',
    ]) {
      const query = new URLSearchParams({ state });
      const response = await fetch(`${url}/api/botsignin/GetSignInResource?${query}`, {
        headers: { authorization: bearer },
      });
      expect(response.status).toBe(400);
    }
  });

  test('a link or redirect of an unknown or finished sign-in shows a page without a code', async () => {
    for (const path of ['/api/oauth/signin?signin=x', '/.auth/web/redirect?state=x&code=y']) {
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([400, expect.not.stringContaining('id="code"')]);
    }
  });
});
