import { afterEach, describe, expect, test } from '@jest/globals';
import { builtPath } from '../../../local/paths.ts';
import { ADA } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { patient } from '../../support/patience.ts';
import { runScript } from '../../support/process/command.ts';
import { LOGIN, type ProxiedWorld, startProxiedWorld, WIKI } from '../../support/world/proxied-world.ts';
import { eventually, startWorld, titlesOf, type World } from '../../support/world/world.ts';

let world: ProxiedWorld;
let local: World | undefined;
afterEach(async () => {
  await (local ?? world).stop();
  local = undefined;
});

const CREDENTIALS = 'ada%40contoso:sentinel%3Apassword';
const CONNECTOR_HOST = 'login.botframework.com:443';

/** Posts a search that the bot cannot verify, and waits for the reason in its log. */
async function reasonInLog(reason: RegExp): Promise<string> {
  await expect(world.search(ADA)).rejects.toThrow(/returned 503/);
  return eventually(
    () => world.bot.output(),
    (output) => reason.test(output),
  );
}

/** The findings of the doctor in the bot's environment. */
async function doctor(): Promise<Record<string, { severity: string; what?: string }>> {
  const { stdout, stderr } = await runScript(builtPath('bot/cli.js'), ['doctor', '--json'], { env: world.botEnv });
  const { findings } = JSON.parse(stdout) as { findings: { id: string; severity: string; what?: string }[] };
  expect(stdout + stderr).not.toContain('sentinel');
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

describe('through the proxy of HTTPS_PROXY', () => {
  test.each([
    ['by http, without credentials', {}],
    ['by http, with a user and a password', { credentials: CREDENTIALS }],
    ['by https', { secure: true }],
    ['in lower case', { botEnv: (proxy: { port: number }) => lowerCase(proxy.port) }],
  ])('a whole sign-in and a search use only the proxy: %s', async (_, options) => {
    world = await startProxiedWorld(options);
    expect(titlesOf(await world.signIn(ADA))).toContain('Los Angeles Lakers');
    expect(new Set(world.proxy.tunnels)).toEqual(new Set([CONNECTOR_HOST, `${LOGIN}:443`, `${WIKI}:443`]));
    expect(world.proxy).toMatchObject({ refused: [], plain: [] });
    expect(world.strayConnections()).toEqual([]);
    expect(world.bot.output()).not.toContain('sentinel');
  });

  test('so do the bot’s own token and messages, in the libraries of the SDK', async () => {
    world = await startProxiedWorld();
    const message = world.connector.messageActivity(ADA, { text: 'help' } as never);
    const { status } = await world.connector.post(world.botUrl, message, { timeout: patient(5_000) });
    expect(status).toBeLessThan(300);
    const [received] = await eventually(
      () => world.connector.endpoints.received,
      ({ length }) => length > 0,
    );
    expect(received?.authorization).toBe('Bearer a-token-of-the-bot');
    expect(world.proxy.tunnels).toContain('login.microsoftonline.com:443');
    expect(world.strayConnections()).toEqual([]);
  });

  test('so do the requests of the doctor', async () => {
    world = await startProxiedWorld({ credentials: CREDENTIALS });
    const findings = await doctor();
    for (const id of ['setting-https-proxy', 'connector-keys', 'issuer-reachable', 'source-reachable'])
      expect(findings[id]).toMatchObject({ severity: 'ok' });
    // This proxy does not know the bot's own public name.
    expect(findings['base-url-answers']?.what).toContain('PROXY_ANSWERED_502');
    expect(world.strayConnections()).toEqual([]);
  });

  test('the bot reaches a name in NO_PROXY, and each name below it, without the proxy', async () => {
    world = await startProxiedWorld({ botEnv: () => ({ NO_PROXY: 'example.com, .wiki.contoso.example:443' }) });
    expect((await world.signIn(ADA)).type).toBe('message');
    expect(new Set(world.proxy.tunnels)).toEqual(new Set([CONNECTOR_HOST, `${LOGIN}:443`]));
    expect(world.strayConnections()).toContain(`lookup ${WIKI}`);
  });
});

test('on loopback, as in the demo, no request goes through a proxy, whatever its address', async () => {
  const [port = 0] = await freePorts(1);
  local = await startWorld({
    botEnv: { HTTPS_PROXY: `http://localhost:${port}`, HTTP_PROXY: `http://localhost:${port}` },
  });
  await local.signIn(ADA);
  expect((await local.search(ADA)).type).toBe('result');
});

describe('a proxy that fails', () => {
  test('the proxy requires other credentials: the log and the doctor say so, without the credentials', async () => {
    world = await startProxiedWorld({
      credentials: CREDENTIALS,
      botEnv: ({ port }) => ({ HTTPS_PROXY: `http://ada:sentinel@localhost:${port}` }),
    });
    expect(await reasonInLog(/PROXY_ANSWERED_407/)).not.toContain('sentinel');
    expect(world.proxy.refused).toContain(`407 ${CONNECTOR_HOST}`);
    const { 'connector-metadata': connector, 'source-reachable': source } = await doctor();
    for (const finding of [connector, source])
      expect(finding?.what).toMatch(/PROXY_ANSWERED_407\): the proxy of HTTPS_PROXY wants a user and a password/);
    expect(world.strayConnections()).toEqual([]);
  });

  test('the proxy is down', async () => {
    const [port = 0] = await freePorts(1);
    world = await startProxiedWorld({
      botEnv: () => ({ HTTPS_PROXY: `ada:sentinel@localhost:${port}` }),
    });
    expect(await reasonInLog(/PROXY_ECONNREFUSED/)).not.toContain('sentinel');
    const { 'connector-metadata': finding } = await doctor();
    expect(finding?.what).toMatch(/PROXY_ECONNREFUSED\): the proxy of HTTPS_PROXY cannot be reached/);
  });

  test('T33: the proxy answers 401, which is not an answer of the API: people stay signed in', async () => {
    world = await startProxiedWorld();
    await world.signIn(ADA);
    world.proxy.refuseWith = 401;
    world.proxy.cut();
    expect((await world.search(ADA)).type).toBe('message');
    await eventually(
      () => world.bot.output(),
      (output) => output.includes('PROXY_ANSWERED_401'),
    );
    expect(world.bot.output()).not.toContain('sentinel');
    world.proxy.refuseWith = undefined;
    const again = await eventually(
      () => world.search(ADA),
      ({ type }) => type === 'result',
    );
    expect(titlesOf(again)).toContain('Los Angeles Lakers');
  });

  test('T78: the proxy never answers: a search ends in time, and its connections end by themselves', async () => {
    world = await startProxiedWorld();
    await world.signIn(ADA);
    world.proxy.mode = 'hang';
    world.proxy.cut();
    expect((await world.search(ADA)).type).toBe('message');
    expect(world.proxy.connections()).toBeGreaterThan(0);
    await eventually(
      () => world.proxy.connections(),
      (open) => open === 0,
      patient(15_000),
    );
  });
});

describe('the certificate behind the tunnel is verified', () => {
  test('an authority that Node does not know: the log names the cause, and the doctor NODE_EXTRA_CA_CERTS', async () => {
    world = await startProxiedWorld({ botEnv: () => ({ NODE_EXTRA_CA_CERTS: undefined }) });
    await reasonInLog(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    const { 'connector-metadata': finding } = await doctor();
    expect(finding?.what).toContain('NODE_EXTRA_CA_CERTS=<a PEM file with that authority>');
  });

  test('a certificate for another name', async () => {
    world = await startProxiedWorld({ certified: [LOGIN] });
    await reasonInLog(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });
});

function lowerCase(port: number): Record<string, string | undefined> {
  return { HTTPS_PROXY: 'http://localhost:1', https_proxy: `localhost:${port}`, no_proxy: 'example.com' };
}
