import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { type Diagnosis, wrong } from '../support/project/doctor-project.ts';
import { startRedis } from '../support/redis/server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { SECRET } from '../support/teams/direct-line-world.ts';
import { BROKEN_REDIS } from './broken-redis.ts';
import { B2C_TENANT, BROKEN_WORLDS, keptExisting } from './broken-world.ts';
import { expectFault } from './expect-fault.ts';
import { type Running, startRunning } from './running-project.ts';

const skippedIn = ({ findings }: Diagnosis) =>
  findings.filter(({ severity }) => severity === 'skipped').map(({ id }) => id);

let running: Running;
beforeAll(async () => {
  running = await startRunning();
  await running.world.signIn(ADA);
});
afterEach(() => running.fix());
afterAll(() => running?.stop());

describe('a correct project with all its services running', () => {
  test('has no faults; the doctor skips no check, changes no row of the store, and requests one Direct Line token', async () => {
    const links = running.world.rows('links');
    const before = { ...running.world.directLine.calls };
    const diagnosis = await running.project.diagnose();
    expect(wrong(diagnosis)).toEqual([]);
    expect(diagnosis.code).toBe(0);
    expect(skippedIn(diagnosis)).toEqual([]);
    expect(diagnosis.redirectUris).toEqual([
      { connection: 'wiki', uri: `${running.edge.origin}/auth/callback/wiki` },
      { connection: 'handbook', uri: `${running.edge.origin}/auth/callback/handbook` },
    ]);
    expect([running.world.rows('links'), running.world.rows('leases')]).toEqual([links, []]);
    const tokens = 'POST tokens generate';
    expect(running.world.directLine.calls).toEqual({ ...before, [tokens]: (before[tokens] ?? 0) + 1 });
  });

  test('each provider gets one invalid code and one authorization request', async () => {
    const counted = () => ['token', 'authorize'].map((name) => running.issuer.count(name));
    const [codes = 0, requests = 0] = counted();
    await running.project.examine();
    expect(counted()).toEqual([codes + 1, requests + 1]);
  });

  test('a connection with credentials in the token service has no faults either: the doctor asks as the bot, without a user', async () => {
    await running.project.withCopy(async (project) => {
      await keptExisting(project, running, 'handbook');
      const diagnosis = await project.diagnose();
      expect([wrong(diagnosis), skippedIn(diagnosis)]).toEqual([[], []]);
    });
  });

  test('T69: the doctor does not send the secret to an unsafe address', async () => {
    await running.project.withCopy(async (project) => {
      const before = { ...running.world.directLine.calls };
      project.env.DIRECT_LINE_URL = `${running.world.directLine.url}/elsewhere`;
      const diagnosis = await project.examine();
      expect(wrong(diagnosis)).toEqual(['setting-direct-line-url']);
      expect(skippedIn(diagnosis)).toContain('direct-line-secret');
      expect(running.world.directLine.calls).toEqual(before);
      expect(diagnosis.output).not.toContain(SECRET);
    });
  });

  test('the report says that there are no faults', async () => {
    const { stdout, code } = await running.project.doctor();
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nNo faults\. (\d+) of \1 checks passed \(--verbose lists them\)\.\n$/);
    expect(stdout).not.toContain(ADA.name);
    expect(stdout).not.toContain(ADA.objectId);
  });

  test('the doctor creates no store', async () => {
    await running.project.withCopy(async (project) => {
      project.env.STORE_URL = 'sqlite:./data/none-yet.db';
      expect(wrong(await project.examine())).toEqual([]);
      expect(existsSync(project.path('data'))).toBe(false);
    });
  });
});

describe('a fault in the running system: the doctor names the fault and the fix', () => {
  test.each(BROKEN_WORLDS)('$id: $by', async (broken) => {
    await running.project.withCopy(async (project) => {
      await broken.break(project, running);
      expectFault(await (broken.asCommand ? project.diagnose() : project.examine()), broken);
    });
  });

  test.each([
    ['lists it', { scopes_supported: ['openid', 'offline_access'] }, ['scopes-offline-access']],
    ['does not say', {}, ['scopes-offline-access']],
    ['does not list it', { scopes_supported: ['openid', 'email'] }, []],
  ])('the doctor recommends offline_access if the provider may support it: it %s', async (_, metadata, found) => {
    await running.project.withCopy(async (project) => {
      project.change('connections.json', 'connections/1/signIn/scopes', ['openid']);
      running.issuer.metadata = { ...running.issuer.metadata, ...metadata };
      expect(wrong(await project.examine())).toEqual(found);
    });
  });

  test('an Azure AD B2C issuer with its policy in the name has no faults, and the doctor recommends offline_access', async () => {
    await running.project.withCopy(async (project) => {
      const issuer = `${running.issuer.origin}/tfp/${B2C_TENANT}/b2c_1_signin/v2.0/`;
      project.env.SECOND_ISSUER = issuer;
      running.issuer.metadata = { ...running.issuer.metadata, issuer, scopes_supported: ['openid'] };
      expect(wrong(await project.examine())).toEqual([]);
      project.change('connections.json', 'connections/1/signIn/scopes', ['openid']);
      expect(wrong(await project.examine())).toEqual(['scopes-offline-access']);
    });
  });

  test('T50: the doctor reports a redirect to another origin, and does not follow it', async () => {
    const requests: string[] = [];
    running.issuer.responses.elsewhere = (response) => {
      requests.push('elsewhere');
      response.end();
    };
    running.issuer.responses['openid-configuration'] = (response) => {
      response
        .writeHead(302, { location: `${running.issuer.origin.replace('localhost', '127.0.0.1')}/elsewhere` })
        .end();
    };
    const diagnosis = await running.project.examine();
    expect(wrong(diagnosis)).toEqual(['issuer-reachable']);
    expect(requests).toEqual([]);
    const told = diagnosis.findings.find(({ id, what: subject }) => id === 'issuer-reachable' && subject !== undefined);
    expect(told?.what).toMatch(/redirects to another origin, http:\/\/127\.0\.0\.1:\d+, which is not followed/);
  });

  test('the doctor follows a redirect of the discovery document on its own origin', async () => {
    running.issuer.responses.moved = (response) => {
      running.issuer.respondWell(response, '/plain/.well-known/openid-configuration');
    };
    running.issuer.responses['openid-configuration'] = (response) => {
      response.writeHead(301, { location: '/moved' }).end();
    };
    expect(wrong(await running.project.examine())).toEqual([]);
  });

  test('T72: the terminal gets no cursor movement and no command from an issuer’s metadata', async () => {
    const [cleared, turned] = ['\u001b[2J', '\u202e'];
    running.issuer.metadata = {
      ...running.issuer.metadata,
      issuer: `https://${cleared}${turned}.example`,
      jwks_uri: `${running.issuer.origin}/x${cleared}?'$(id)'`,
    };
    const { stdout, code } = await running.project.doctor();
    expect(code).toBe(1);
    expect(stdout).toContain('calls itself https://\ufffd[2J\ufffd.example');
    expect(stdout).toMatch(/curl -s 'http:\S+\/x%1B\[2J\?%27\$\(id\)%27' {3}must/);
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  test('the Agents Playground’s bot has no registration: the doctor does not ask the Connector', async () => {
    await running.project.withCopy(async (project) => {
      for (const name of ['BOT_ID', 'BOT_TYPE', 'BOT_TENANT_ID', 'BOT_PASSWORD', 'BOT_OPENID_METADATA'])
        delete project.env[name];
      const { findings } = await project.examine();
      expect(findings.find(({ id }) => id === 'connector-metadata')).toMatchObject({
        severity: 'skipped',
        what: expect.stringContaining('no bot is registered'),
      });
    });
  });

  test('all services hang at once: the doctor still ends, and names each that did not answer', async () => {
    running.issuer.responses['openid-configuration'] = () => undefined;
    running.world.connector.endpoints.mode.metadata = 'hang';
    expect(wrong(await running.project.examine())).toEqual(['connector-metadata', 'issuer-reachable']);
  });
});

describeWithRedis('a Redis that forgets: the doctor names the fault and the fix', () => {
  test.each(BROKEN_REDIS)('$id: $by', async ({ settings, query, ...broken }) => {
    const redis = await startRedis(settings.split(' '));
    try {
      await running.project.withCopy(async (project) => {
        project.env.STORE_URL = `${redis.url}${query}`;
        expectFault(await project.examine(), broken);
      });
    } finally {
      await redis.stop();
    }
  });
});
