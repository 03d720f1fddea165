import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, BOT_PASSWORD, TENANTS } from '../../local/people.ts';
import { publicProject } from '../doctor/public-project.ts';
import { BUILT, built, good, shell } from '../support/process/shell.ts';
import { AppProject } from '../support/project/app-project.ts';
import type { DoctorProject } from '../support/project/doctor-project.ts';
import { ROOT } from '../support/project/files.ts';
import { commandsOf, PAGES } from '../support/project/markdown.ts';
import { inDatabase, startWorld, type World } from '../support/world/world.ts';
import { ELSEWHERE } from './elsewhere.ts';

type Run = (command: string) => Promise<void>;

let world: World;
let app: AppProject;
let project: DoctorProject;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-commands-'));
  app = new AppProject();
  [world, project] = await Promise.all([startWorld(), publicProject()]);
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  app?.remove();
  project?.discard();
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (env: Record<string, string> = {}) => ({ cwd: folder, env });
const inWorld = (command: string) => good(built(command, inFolder(world.botEnv)));
const secretFile = (name: string) => readFileSync(join(folder, 'deploy/secrets', name), 'utf8');
const getting =
  (origin: string, path: string, message: object): Run =>
  async (command) => {
    expect(command).toContain(origin + path);
    expect(JSON.parse(await good(shell(command.replace(origin, world.botUrl), inFolder())))).toEqual(message);
  };

/** Each command of a page, exactly as on the page. The commands that do not run here are in {@link ELSEWHERE}. */
const RUN: Record<string, Run> = {
  async 'npm run package'(command) {
    const message = await good(built(command, { cwd: app.folder }));
    expect(message).toMatch(/^appPackage\/build\/latchkey\.dev\.zip {2}Latchkey-dev /);
    for (const heading of ['commands', 'link domains', 'valid domains']) expect(message).toContain(`  ${heading} `);
    expect(app.hasZip()).toBe(true);
  },
  async 'npm run doctor -- --offline'(command) {
    const { code, stdout } = await built(command, { cwd: project.folder, env: project.env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('environment dev, offline')]);
  },
  async 'node dist/bot/cli.js connections list'(command) {
    expect(await inWorld(command)).toContain(`redirect URIs  ${world.botUrl}/auth/callback/wiki`);
    const CONNECTIONS_FILE = join(ROOT, 'test/support/world/connections/bot-service.json');
    const atTokenService = await good(built(command, inFolder({ ...world.botEnv, BOT_PASSWORD, CONNECTIONS_FILE })));
    expect(atTokenService.match(/redirect URIs {2}none of this service$/gm)).toHaveLength(2);
  },
  async 'node dist/bot/cli.js keys rotate --dry-run'(command) {
    expect(await inWorld(command)).toContain('1');
    expect(world.rows('links')).toHaveLength(1);
  },
  async 'node dist/bot/cli.js person --tenant "$BOT_TENANT_ID" --user "$USER_ID"'(command) {
    const env = { ...world.botEnv, BOT_TENANT_ID: ADA.tenantId, USER_ID: ADA.objectId };
    expect(await good(built(command, inFolder(env)))).toContain(`Signed in to wiki as ${ADA.username}`);
  },
  async 'node dist/bot/cli.js purge --idle-days 90'(command) {
    await inWorld(command);
    expect(world.rows('links')).toHaveLength(1);
  },
  async "node -p \"'k1:' + require('crypto').randomBytes(32).toString('base64')\""(command) {
    const ENCRYPTION_KEYS = (await good(shell(command, inFolder()))).trim();
    const { code } = await built(
      'node dist/bot/cli.js connections list',
      inFolder({ ...world.botEnv, ENCRYPTION_KEYS }),
    );
    expect([ENCRYPTION_KEYS.length, code]).toEqual([47, 0]);
  },
  async 'node -p "crypto.randomUUID()"'(command) {
    expect(await good(shell(command, inFolder()))).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/);
  },
  'curl -fsS http://127.0.0.1:3978/healthz': getting('http://127.0.0.1:3978', '/healthz', { status: 'alive' }),
  'curl -fsS http://127.0.0.1:3978/readyz': getting('http://127.0.0.1:3978', '/readyz', { status: 'ready' }),
  'curl -fsS "$BOT_ENDPOINT/readyz"': async (command) => {
    const message = await good(shell(command, inFolder({ BOT_ENDPOINT: world.botUrl })));
    expect(JSON.parse(message)).toEqual({ status: 'ready' });
  },
  async 'node dist/bot/cli.js backup latchkey-backup.db'(command) {
    expect(await inWorld(command)).toContain('latchkey-backup.db: 1 credential, schema ');
    const links = inDatabase(join(folder, 'latchkey-backup.db'), (db) => db.prepare('SELECT sealed FROM links').all());
    expect(links).toEqual(world.rows('links').map(({ sealed }) => ({ sealed })));
    rmSync(join(folder, 'latchkey-backup.db'));
  },
  async 'mkdir -m 700 deploy/secrets'(command) {
    mkdirSync(join(folder, 'deploy'));
    await good(shell(command, inFolder()));
    expect((statSync(join(folder, 'deploy/secrets')).mode & 0o777).toString(8)).toBe('700');
  },
  async "node -p \"require('crypto').randomBytes(32).toString('hex')\" > deploy/secrets/redis_password"(command) {
    await good(shell(command, inFolder()));
    expect(secretFile('redis_password')).toMatch(/^[0-9a-f]{64}\n$/);
  },
  async 'printf \'redis://:%s@redis:6379\' "$(cat deploy/secrets/redis_password)" > deploy/secrets/store_url'(command) {
    await good(shell(command, inFolder()));
    expect(secretFile('store_url')).toBe(`redis://:${secretFile('redis_password').trim()}@redis:6379`);
  },
  async "node -p \"'k1:' + require('crypto').randomBytes(32).toString('base64')\" > deploy/secrets/encryption_keys"(
    command,
  ) {
    await good(shell(command, inFolder()));
    expect(secretFile('encryption_keys')).toMatch(/^k1:[A-Za-z0-9+/]{43}=\n$/);
  },
  async 'cp connections.example.json connections.json'(command) {
    copyFileSync(join(ROOT, 'connections.example.json'), join(folder, 'connections.example.json'));
    await good(shell(command, inFolder()));
    expect(existsSync(join(folder, 'connections.json'))).toBe(true);
  },
  async 'rm -rf env/.env.local env/.env.local.user .localConfigs data appPackage/build'(command) {
    const [gone, kept] = [
      ['env/.env.local', 'env/.env.local.user', '.localConfigs', 'data/latchkey.db', 'appPackage/build/x.zip'],
      ['env/.env.dev', 'appPackage/manifest.json'],
    ];
    const clone = join(folder, 'clone');
    for (const path of [...gone, ...kept]) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), '');
    }
    await good(shell(command, { cwd: clone }));
    expect([...gone, ...kept].filter((path) => existsSync(join(clone, path)))).toEqual(kept);
  },
  async 'npm run build && gzip -9c dist/auth-page/assets/*.js | wc -c'(command) {
    const message = await good(shell(command.replace('npm run build && ', ''), { cwd: ROOT }));
    expect(Number(message)).toBeGreaterThan(10_000);
  },
  // Last, because it signs all users out.
  async 'node dist/bot/cli.js purge --tenant "$BOT_TENANT_ID" --user "$USER_ID"'(command) {
    await good(built(command, inFolder({ ...world.botEnv, BOT_TENANT_ID: ADA.tenantId, USER_ID: ADA.objectId })));
    expect(world.rows('links')).toEqual([]);
  },
  async 'node dist/bot/cli.js purge --tenant "$BOT_TENANT_ID"'(command) {
    const env = { ...world.botEnv, BOT_TENANT_ID: TENANTS.contoso };
    expect(await good(built(command, inFolder(env)))).not.toBe('');
  },
};

const written = [...new Set(PAGES.filter(({ path }) => /^(README|docs\/)/.test(path)).flatMap(commandsOf))];

test('each command of the README and of docs/ is run here, or has a reason why not', () => {
  const unknown = written.filter((line) => !(line in RUN) && !ELSEWHERE.some(([pattern]) => pattern.test(line)));
  expect(unknown).toEqual([]);
  expect(written.length).toBeGreaterThan(40);
});

test('each command in the tables is on a page, and in only one table', () => {
  expect(Object.keys(RUN).filter((line) => !written.includes(line))).toEqual([]);
  expect(ELSEWHERE.filter(([pattern]) => !written.some((line) => pattern.test(line)))).toEqual([]);
  expect(Object.keys(RUN).filter((line) => ELSEWHERE.some(([pattern]) => pattern.test(line)))).toEqual([]);
});

test('the tests that the reasons name exist', () => {
  const named = ELSEWHERE.flatMap(([, why]) => why.match(/test\/[\w/-]+(\.test)?\.ts/g) ?? []);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('npm and npx run the commands of package.json here', () => {
  const { scripts, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['demo', 'package', 'doctor']) {
    expect(scripts[name]).toBe(`node scripts/${name}.mjs`);
    const script = readFileSync(join(ROOT, 'scripts', `${name}.mjs`), 'utf8');
    const text = (BUILT[`npm run ${name}`] ?? '').split(/[/ ]/);
    for (const word of text) expect([name, script]).toEqual([name, expect.stringContaining(`'${word}'`)]);
  }
  expect(bin.latchkey).toBe(`dist/${BUILT['node dist/bot/cli.js']}`);
});

describe('runs as written', () => {
  test.each(Object.entries(RUN))('%s', async (command, run) => {
    await run(command);
    expect(readdirSync(folder).filter((name) => name.startsWith('latchkey-'))).toEqual([]);
  });
});
