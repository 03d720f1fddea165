import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DoctorProject, lines, wrong } from '../support/project/doctor-project.ts';
import { BROKEN_FILES } from './broken-files.ts';
import { expectFault } from './expect-fault.ts';
import { BASE_URL, envFile, publicProject, SIGN_IN } from './public-project.ts';

let correct: DoctorProject;
beforeAll(async () => {
  correct = await publicProject();
});
afterAll(() => correct?.discard());

describe('a correct project, as it would be deployed', () => {
  test('has no faults, and exits with 0; --offline lists the skipped checks', async () => {
    const diagnosis = await correct.diagnose('--offline');
    expect(wrong(diagnosis)).toEqual([]);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.redirectUris).toEqual([{ connection: 'wiki', uri: `${BASE_URL}/auth/callback/wiki` }]);
    const skipped = diagnosis.findings
      .filter(({ what: subject }) => /--offline/.test(subject ?? ''))
      .map(({ id }) => id);
    expect(skipped).toEqual(
      expect.arrayContaining(['clock-skew', 'issuer-reachable', 'source-reachable', 'base-url-answers']),
    );
  });

  test('the report has the number of passed checks, and names none of them', async () => {
    const { stdout, stderr, code } = await correct.doctor('--offline');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^Latchkey doctor, environment dev, offline/);
    expect(stdout).toMatch(/\nNo faults\. \d+ of \d+ checks passed, \d+ skipped \(--verbose lists them\)\.\n$/);
    expect(stdout).not.toContain('setting-base-url');
    expect(stdout).not.toContain('\u001b');
  });

  test('--verbose lists each check, and ends with the same line', async () => {
    const { stdout, code } = await correct.doctor('--offline', '--verbose');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n {2}ok {7}setting-base-url\n/);
    expect(stdout).toMatch(/\nNo faults\. \d+ of \d+ checks passed, \d+ skipped\.\n$/);
  });
});

test('a relative and an absolute path of one connections.json are the same', async () => {
  await correct.withCopy(async (project) => {
    project.env.CONNECTIONS_FILE = project.path('connections.json');
    project.write('env/.env.dev', lines({ ...envFile(), CONNECTIONS_FILE: './connections.json' }));
    expect(wrong(await project.diagnose('--offline'))).toEqual([]);
    project.write('other.json', JSON.parse(readFileSync(project.path('connections.json'), 'utf8')));
    project.env.CONNECTIONS_FILE = project.path('other.json');
    expect(wrong(await project.diagnose('--offline'))).toContain('env-file-differs');
  });
});

describe('variables from files', () => {
  test('a project with its address, its bot and its secrets in files can be packaged, and has no faults', async () => {
    await correct.withCopy(async (project) => {
      for (const name of ['BASE_URL', 'BOT_ID', 'BOT_PASSWORD', 'ENCRYPTION_KEYS', 'WIKI_CLIENT_SECRET']) {
        project.write(`secrets/${name}`, `${project.env[name]}\n`);
        delete project.env[name];
        project.env[`${name}_FILE`] = project.path(`secrets/${name}`);
      }
      await project.pack();
      expect(wrong(await project.diagnose('--offline'))).toEqual([]);
    });
  });

  test('a package needs no secret, so a secret’s file may be missing; a missing address ends the command', async () => {
    await correct.withCopy(async (project) => {
      delete project.env.WIKI_CLIENT_SECRET;
      project.env.WIKI_CLIENT_SECRET_FILE = '/run/secrets/elsewhere';
      await project.pack();
      project.env.BASE_URL_FILE = '/run/secrets/elsewhere';
      delete project.env.BASE_URL;
      await expect(project.pack()).rejects.toThrow(
        /BASE_URL: BASE_URL_FILE names a file that cannot be read \(ENOENT\)/,
      );
    });
  });
});

describe('a broken project: the doctor names the fault and the fix', () => {
  test.each(BROKEN_FILES)('$id: $by', async (broken) => {
    await correct.withCopy(async (project) => {
      await broken.break(project);
      const diagnosis = broken.asCommand ? project.diagnose('--offline') : project.examine({ offline: true });
      expectFault(await diagnosis, broken);
    });
  });

  test('the report says what is wrong, why and how to fix it, and how many faults there are', async () => {
    await correct.withCopy(async (project) => {
      project.env.BASE_URL = 'https://latchkey.example.com/x';
      project.env.PORT = 'http';
      project.env.BOT_TYPE = 'MultiTenant';
      const { stdout, code } = await project.doctor('--offline');
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /\nFAULT {4}setting-base-url: BASE_URL must .*\n {2}why {6}\w.*\n {2}fix {6}BASE_URL=https:/,
      );
      expect(stdout).toMatch(/\n2 faults, 1 warning\. \d+ of \d+ checks passed/);
      const found = [...stdout.matchAll(/^(?:FAULT|warning) +([a-z-]+):/gm)].map(([, id]) => id);
      expect(found).toEqual(['setting-port', 'setting-base-url', 'bot-type-multitenant']);
      expect(stdout.split('\n').slice(1, 3)).toEqual(['', expect.stringMatching(/^FAULT {4}setting-port: /)]);
    });
  });

  test('T72: no secret is in the output, whatever fault it has', async () => {
    await correct.withCopy(async (project) => {
      Object.assign(project.env, {
        ENCRYPTION_KEYS: 'sentinel-key',
        STORE_URL: 'redis://x:sentinel-redis@127.0.0.1:1',
        BOT_TENANT_ID: 'sentinel-tenant',
        BASE_URL: 'https://x:sentinel-url@latchkey.example.com',
      });
      project.write('env/.env.dev', lines({ ...envFile(), BASE_URL }));
      const results = await Promise.all([project.doctor('--offline'), project.doctor('--offline', '--json')]);
      for (const { stdout, stderr, code } of results) {
        expect(code).toBe(1);
        expect(stdout + stderr).not.toContain('sentinel');
      }
    });
  });
});

test('an invalid command line: exit code 2', async () => {
  const refused = [['--env', '../dev'], ['--tenant', 'x'], ['--unknown'], ['twice']];
  const results = await Promise.all(refused.map((args) => correct.doctor(...args)));
  const expected = { code: 2, stdout: '', stderr: expect.stringMatching(/^latchkey: /) };
  expect(results).toEqual(refused.map(() => expected));
});

describe('an incomplete project', () => {
  test('an empty folder and environment: the doctor runs, and says what is missing', async () => {
    await correct.withCopy(async (project) => {
      project.env = {};
      for (const name of ['env/.env.dev', 'connections.json', 'appPackage/manifest.json']) project.remove(name);
      const diagnosis = await project.examine({ offline: true });
      expect(diagnosis.code).toBe(1);
      expect(wrong(diagnosis)).toEqual([
        'setting-allowed-tenants',
        'setting-base-url',
        'setting-bot-id',
        'setting-connections-file',
        'setting-encryption-keys',
      ]);
    });
  });

  test('the doctor reads the Toolkit’s files as the Toolkit passes them to the service', async () => {
    await correct.withCopy(async (project) => {
      const { BASE_URL: _, WIKI_CLIENT_SECRET = '', ENCRYPTION_KEYS = '', ...env } = project.env;
      project.env = env;
      project.write(
        'env/.env.dev.user',
        lines({ SECRET_WIKI_CLIENT_SECRET: WIKI_CLIENT_SECRET, SECRET_ENCRYPTION_KEYS: ENCRYPTION_KEYS }),
      );
      const diagnosis = await project.examine({ offline: true });
      expect(wrong(diagnosis)).toEqual([]);
      expect(diagnosis.redirectUris).toEqual([{ connection: 'wiki', uri: `${BASE_URL}/auth/callback/wiki` }]);
    });
  });

  test('the Playground: without BOT_ID on this machine the doctor requires no Teams settings', async () => {
    await correct.withCopy(async (project) => {
      const env = Object.fromEntries(Object.entries(project.env).filter(([name]) => !name.startsWith('BOT_')));
      project.write('env/.env.testtool', lines({ BOT_ENDPOINT: 'http://localhost:3978/api/messages' }));
      project.env = { ...env, AAD_APP_CLIENT_ID: SIGN_IN, BASE_URL: 'http://localhost:3978' };
      const diagnosis = await project.examine({ env: 'testtool', offline: true });
      const faults = wrong(diagnosis).filter((id) => !/^(manifest|package|env-file|redirect-uri)-/.test(id));
      expect(faults).toEqual([]);
    });
  });

  test('F5: the bot runs with .localConfigs', async () => {
    await correct.withCopy(async (project) => {
      const { STORE_URL: _, ...settings } = project.env;
      project.env = {};
      project.write('.localConfigs', lines({ ...settings, BOT_TYPE: 'MultiTenant' }));
      project.write('env/.env.local', lines(envFile()));
      expect(wrong(await project.examine({ env: 'local', offline: true }))).toEqual([
        'bot-type-multitenant',
        'package-missing',
      ]);
    });
  });
});
