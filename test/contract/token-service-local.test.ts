import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CookieJar } from '../../local/identity-provider/cookie-jar.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { builtPath } from '../../local/paths.ts';
import { ADA, BOT_ID, BOT_PASSWORD, PASSWORD, TENANTS } from '../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../local/processes.ts';
import { eventually } from '../support/world.ts';

/* The stand-in of the token service, asked by botbuilder's own client as it comes: what the client takes from it, it would take
 * from Azure. */
let service: Running;
let identityProvider: Running;
let url: string;
let issuer: string;
/** Longer than two runs of the client take on a busy machine. */
const CODE_TTL = 20_000;

beforeAll(async () => {
  const [one = 0, other = 0] = await freePorts(2);
  url = `http://localhost:${one}`;
  const identityProviderUrl = `http://localhost:${other}`;
  issuer = `${identityProviderUrl}/${TENANTS.contoso}/v2.0`;
  [identityProvider, service] = await Promise.all([
    startProcess({
      name: 'identity provider',
      script: builtPath('local/identity-provider/main.js'),
      env: { PORT: String(other), REDIRECT_URIS: `${url}/.auth/web/redirect`, IDP_SSO: '1' },
    }),
    startProcess({
      name: 'token service',
      script: builtPath('local/token-service/main.js'),
      env: { PORT: String(one), IDENTITY_PROVIDER_URL: identityProviderUrl, CODE_TTL: String(CODE_TTL) },
    }),
  ]);
});
afterAll(async () => {
  await service?.stop();
  await identityProvider?.stop();
});

// In a process of its own, as Jest can't load the library.
const SCRIPT = `
  const { ConfigurationBotFrameworkAuthentication } = (await import('botbuilder')).default;
  const { url, botId, bearer, calls } = JSON.parse(process.argv[1]);
  const credentials = { signRequest: async (request) => { request.headers.set('Authorization', bearer); return request; } };
  const factory = { createCredentials: async () => credentials, isValidAppId: async () => true, isAuthenticationDisabled: async () => false };
  const authentication = new ConfigurationBotFrameworkAuthentication({ OAuthUrl: url }, factory);
  const client = await authentication.createUserTokenClient({ getClaimValue: () => botId });
  const answers = [];
  for (const [method, ...args] of calls) {
    answers.push(await client[method](...args).then((value) => ({ value }), ({ statusCode }) => ({ statusCode })));
  }
  console.log(JSON.stringify(answers));
`;

type Call = [method: string, ...args: unknown[]];
interface Answered {
  value?: Record<string, unknown>;
  statusCode?: number;
}

/** The answers to calls of the client's, in order. */
async function ask(calls: Call[], bearer?: string): Promise<Answered[]> {
  const given = JSON.stringify({ url, botId: BOT_ID, bearer: bearer ?? (await botToken()), calls });
  const cwd = join(import.meta.dirname, '../..');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT, given], {
    cwd,
    encoding: 'utf8',
  });
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function botToken(secret = BOT_PASSWORD): Promise<string> {
  const response = await fetch(`${url}/botframework.com/oauth2/v2.0/token`, {
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

/** The code of a sign-in that somebody is led through. */
async function codeFor(userId: string, connection = 'handbook', username = 'ada'): Promise<string> {
  const [response] = await ask([['getSignInResource', connection, activity(userId)]]);
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
  test('from no token to a token by its code, its status, and back', async () => {
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

  test('a code is its owner’s, at its connection and channel, once, and not for long', async () => {
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
    const [late, made] = [await codeFor('29:linus', 'handbook', 'linus'), Date.now()];
    await eventually(
      () => Date.now() - made,
      (passed) => passed > CODE_TTL,
      2 * CODE_TTL,
    );
    expect((await ask([token('29:linus', late)]))[0]?.value).toBeUndefined();
  });

  test('what the Teams client brings is exchanged where there is a resource, and with consent', async () => {
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

  test('answers the bot alone', async () => {
    expect(await botToken('another')).toBe('refused 401');
    for (const bearer of ['', 'Bearer x', (await botToken()).slice(0, -1)]) {
      const [response] = await ask([token('29:ada')], bearer);
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

  test('a link or a redirect of a sign-in that is not (or no longer) there shows a page, and no code', async () => {
    for (const path of ['/api/oauth/signin?signin=x', '/.auth/web/redirect?state=x&code=y']) {
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([400, expect.not.stringContaining('id="code"')]);
    }
  });
});
