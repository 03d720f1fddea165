import { Agent } from 'node:https';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, PASSWORD } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import { requestHeaders } from '../../local/teams/connector/post.ts';
import type { RawResponse } from '../support/network/raw-http.ts';
import { rawRequest } from '../support/network/raw-http.ts';
import { type ProxyKind, proxyPorts, type ReverseProxy, startReverseProxy } from '../support/network/reverse-proxy.ts';
import { openSockets } from '../support/network/sockets.ts';
import { read } from '../support/project/files.ts';
import { describeWithProxy } from '../support/requirements.ts';
import { eventually, type SearchResponse, startWorld, ticketOf, titlesOf, type World } from '../support/world/world.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
/** As documented in docs/CONFIGURATION.md. */
const PER_ADDRESS = 3_000;

describeWithProxy('nginx', 'behind nginx with deploy/nginx.conf', () => {
  suite('nginx');
  test('plain http redirects to https, to the configured name whatever the Host header', async () => {
    const { status, headers } = await rawRequest(proxy.httpUrl ?? '', {
      target: '/auth/start?ticket=x',
      headers: { Host: 'evil.example' },
    });
    expect([status, headers.location]).toEqual([308, 'https://localhost/auth/start?ticket=x']);
  });
});

describeWithProxy('caddy', 'behind Caddy with deploy/Caddyfile', () => suite('caddy'));

test.each([
  ['nginx.conf', /^ +keepalive_timeout (\d+)s;$/m],
  ['Caddyfile', /^\t+keepalive (\d+)s$/m],
])('deploy/%s closes an idle connection before the bot does', (file, setting) => {
  const ours = Number(/KEEP_ALIVE_TIMEOUT_MS = (\d+)_000;/.exec(read('bot/http/http-server.ts'))?.[1]);
  const theirs = Number(setting.exec(read(`deploy/${file}`))?.[1]);
  expect(theirs).toBeGreaterThan(0);
  expect(ours - theirs).toBeGreaterThanOrEqual(5);
});

let world: World;
let proxy: ReverseProxy;

function suite(kind: ProxyKind): void {
  beforeAll(async () => {
    const [ports, [bot = 0, identityProvider = 0, wiki = 0]] = await Promise.all([proxyPorts(), freePorts(3)]);
    const origin = `https://localhost:${ports.https}`;
    world = await startWorld({
      ports: { bot, identityProvider, wiki },
      botEnv: { BASE_URL: origin, TRUSTED_PROXIES: 'loopback' },
      identityProviderEnv: { BASE_URLS: origin },
    });
    proxy = await startReverseProxy(kind, ports, bot);
  });
  afterAll(async () => {
    await proxy?.stop();
    await world?.stop();
  });

  test('a person signs in and searches, and the proxy’s log contains no ticket or code', async () => {
    const ticket = ticketOf(await search());
    expect((await proxy.ask({ target: `/auth/start?ticket=${ticket}` })).status).toBe(200);
    const started = await call('start', { ticket });
    expect(started.status).toBe(200);
    const cookie = String(started.headers['set-cookie']?.[0]?.split(';', 1)[0]);
    expect(cookie).toMatch(/^__Host-latchkey=/);
    const { callbackUrl } = await signInByPages({
      authorizationUrl: String(started.body.authorizationUrl),
      username: ADA.username,
      password: PASSWORD,
    });
    expect(new URL(callbackUrl).origin).toBe(proxy.origin);
    expect((await proxy.ask({ target: new URL(callbackUrl).pathname + new URL(callbackUrl).search })).status).toBe(200);
    const done = await call('complete', completionBody(callbackUrl), { Cookie: cookie });
    expect(done).toMatchObject({ status: 200, body: { next: 'done' } });
    expect(titlesOf(await search(String(done.body.securityCode)))).toContain('Los Angeles Lakers');
    const { code = '' } = completionBody(callbackUrl);
    for (const secret of [ticket, code, 'ticket=']) expect(proxy.logs()).not.toContain(secret);
  });

  test('the bot is down: 502, and still no ticket in the log', async () => {
    const [nobody = 0] = await freePorts(1);
    const other = await startReverseProxy(kind, await proxyPorts(), nobody);
    const { status } = await other.ask({ target: '/auth/start?ticket=sentinel-ticket' });
    const logs = await other.stop();
    expect(status).toBe(502);
    expect(logs).not.toContain('sentinel-ticket');
  });

  test.each(['/auth/start?ticket=x', '/auth/callback/wiki?code=x&state=y', '/auth/settings?ticket=x', '/healthz'])(
    'T24, T36, T37: the headers of GET %s arrive as the bot sent them',
    async (target) => {
      const [direct, through] = await Promise.all([rawRequest(botUrl(), { target }), proxy.ask({ target })]);
      // Caddy requests gzip from the bot, and decompresses it for clients without gzip. Then it does not know the
      // length.
      const hop = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];
      const sent = Object.fromEntries(Object.entries(direct.headers).filter(([name]) => !hop.includes(name)));
      expect(through.headers).toMatchObject(sent);
      expect(through.text).toBe(direct.text);
      expect(through.headers).not.toHaveProperty('cross-origin-opener-policy');
      expect(through.headers['strict-transport-security']).toBe('max-age=63072000');
    },
  );

  test('T88, T93: 200 upgrades leave no descriptor in the bot; the bot refuses too many headers', async () => {
    const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;
    const before = sockets();
    const headers = { Connection: 'Upgrade', Upgrade: 'x' };
    for (let done = 0; done < 200; done += 20) {
      const some = Array.from({ length: 20 }, () => proxy.ask({ target: '/auth/start', headers }));
      expect(new Set((await Promise.all(some)).map(({ status }) => status))).toEqual(new Set([200]));
    }
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`X-J${at}`, 'j']));
    expect((await proxy.ask({ target: '/auth/start', headers: many })).status).toBe(431);
    await eventually(sockets, (open) => open <= before + 2);
  });

  test('the bot itself refuses requests that Teams did not sign', async () => {
    const { status, body } = await proxy.ask({
      method: 'POST',
      target: '/api/messages',
      headers: JSON_TYPE,
      body: '{}',
    });
    expect([status, body.code]).toEqual([401, expect.any(String)]);
  });

  test('requests count by the address that connects to the proxy, whatever their headers; a neighbour is served', async () => {
    const [flooder, neighbour] = ['127.0.0.2', '127.0.0.3'];
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const knock = async (from: string, claimed: string, own = agent) =>
      (await call('confirm', {}, { 'X-Forwarded-For': claimed }, { from, agent: own })).status;
    const responses: number[] = [];
    for (let done = 0; done < PER_ADDRESS; done += 100) {
      const some = Array.from({ length: 100 }, (_, at) => knock(flooder, `203.0.113.${at}`));
      responses.push(...(await Promise.all(some)));
    }
    expect([...new Set(responses)]).toEqual([400]);
    expect(await knock(flooder, '203.0.113.200')).toBe(429);
    agent.destroy();
    const other = new Agent();
    expect(await knock(neighbour, '', other)).toBe(400);
    expect(world.bot.output()).not.toContain('TRUSTED_PROXIES');
  });
}

function botUrl(): string {
  return `http://127.0.0.1:${world.botEnv.PORT}`;
}

/** Like the auth pages. */
function call(
  name: 'start' | 'complete' | 'confirm',
  body: object,
  headers: Record<string, string> = {},
  person: { from?: string; agent?: Agent } = {},
): Promise<RawResponse> {
  const sent = { ...JSON_TYPE, Origin: proxy.origin, ...headers };
  return proxy.ask({
    method: 'POST',
    target: `/auth/api/${name}`,
    headers: sent,
    body: JSON.stringify(body),
    ...person,
  });
}

/** As Teams asks. */
async function search(state?: string): Promise<SearchResponse> {
  const { connector } = world;
  const query = { commandId: 'insertWiki', text: 'lakers', ...(state !== undefined && { state }) };
  const headers = requestHeaders(await connector.token());
  const body = JSON.stringify(connector.queryActivity(ADA, query));
  const response = await proxy.ask({ method: 'POST', target: '/api/messages', headers, body });
  expect(response.status).toBe(200);
  return response.body.composeExtension as SearchResponse;
}
