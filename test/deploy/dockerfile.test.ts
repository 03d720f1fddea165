import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePorts } from '../../local/processes.ts';
import { patient } from '../support/patience.ts';
import { build, contextOf, discard, instructionsOf, link, type Stage } from '../support/project/dockerfile.ts';
import { ROOT, read } from '../support/project/files.ts';
import { sized } from '../support/soak.ts';
import { eventually } from '../support/world/world.ts';

const instructions = instructionsOf(read('deploy/Dockerfile'));
/** Development packages are those of this folder, which `npm ci` installed from the same lock file. The soak installs
 * them again. */
const takeOurs = sized(true, false);

const STAYS_IN_ITS_FOLDER = ['npm ci', 'npm run build', 'npm ci --omit=dev', 'mkdir data && chown 1000:1000 data'];

const isRoot = process.getuid?.() === 0;

let context: string;
let stages: Map<string, Stage>;
let image: Stage;
beforeAll(() => {
  // They are run on this machine.
  const unknown = instructions.filter(({ name, text }) => name === 'RUN' && !STAYS_IN_ITS_FOLDER.includes(text));
  if (unknown.length > 0)
    throw new Error(`This test does not know a command that changes only its stage: ${unknown[0]?.text}`);
  context = contextOf(ROOT);
  const instead = (command: string, workdir: string) => {
    if (command === 'npm ci' && takeOurs) link(join(ROOT, 'node_modules'), join(workdir, 'node_modules'));
    // Only root can change the owner of a folder. Without root, this user owns all files.
    else if (command.startsWith('mkdir data && chown') && !isRoot) mkdirSync(join(workdir, 'data'));
    else return false;
    return true;
  };
  stages = build(instructions, { context, instead, timeout: patient(400_000) });
  const [last] = [...stages.values()].slice(-1);
  if (!last) throw new Error('The Dockerfile has no stage');
  image = last;
}, patient(420_000));
afterAll(() => {
  discard(stages?.values() ?? []);
  if (context) rmSync(context, { recursive: true, force: true });
});

test('every stage has the same Node, of a version that the service supports', () => {
  const from = new Set([...stages.values()].map((stage) => stage.from));
  expect([...from]).toEqual([expect.stringMatching(/^node:24-\w+-slim$/)]);
});

test('its labels give its name and version, with the keys of the OCI', () => {
  const { version, description, license } = JSON.parse(read('package.json'));
  const named = Object.entries(image.labels).map(([name, value]) => [
    name.replace('org.opencontainers.image.', ''),
    value,
  ]);
  expect(Object.fromEntries(named)).toEqual({
    title: 'Latchkey',
    description,
    licenses: license,
    version,
    revision: 'unknown',
    source: 'unknown',
  });
});

test('the image contains what runs, and no sources, stand-ins, tests or development packages', () => {
  const app = join(image.root, image.workdir);
  expect(readdirSync(app).toSorted()).toEqual(['data', 'dist', 'node_modules', 'package.json']);
  expect(readdirSync(join(app, 'dist')).toSorted()).toEqual(['auth-page', 'bot']);
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const exists = (name: string) => existsSync(join(app, 'node_modules', name));
  expect(Object.keys(dependencies).filter((name) => !exists(name))).toEqual([]);
  const dev = ['jest', 'playwright-core', 'typescript', 'oidc-provider', '@microsoft/m365agentsplayground'];
  expect(dev.filter((name) => !(name in devDependencies) || exists(name))).toEqual([]);
});

test('the build cannot read environment files, stores or keys', () => {
  const { stdout } = spawnSync('find', ['.', '-name', '.env*', '-o', '-name', '*.db', '-o', '-name', '*.pem'], {
    cwd: context,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(readdirSync(context)).not.toContain('node_modules');
});

test('its command starts the bot as a user other than root, with a store in that user’s folder', async () => {
  const [port = 0] = await freePorts(1);
  const app = join(image.root, image.workdir);
  const [uid = 0, gid = 0] = (image.user ?? '').split(':').map(Number);
  expect([uid > 0, gid > 0, image.ports]).toEqual([true, true, ['3978']]);
  expect(statSync(join(app, 'data')).uid).toBe(isRoot ? uid : process.getuid?.());
  // In the image all users can read it. A temporary folder belongs to its owner alone.
  chmodSync(image.root, 0o755);
  const env = {
    PATH: process.env.PATH,
    ...image.env,
    PORT: String(port),
    BASE_URL: 'https://latchkey.example.com',
    BOT_ID: '22222222-2222-4222-8222-222222222222',
    BOT_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    CONNECTIONS_FILE: join(ROOT, 'connections.teams.json'),
    AAD_APP_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
    AAD_APP_CLIENT_SECRET: 'x',
  };
  const owner = isRoot ? { uid, gid } : {};
  const [program = '', ...args] = image.command;
  const bot = spawn(program, args, { cwd: app, env, ...owner, stdio: ['ignore', 'pipe', 'pipe'] });
  let message = '';
  for (const stream of [bot.stdout, bot.stderr]) stream.on('data', (chunk) => (message += chunk));
  const ended = once(bot, 'exit');
  await eventually(
    () => message,
    (text) => /listening on port/.test(text) || bot.exitCode !== null,
  );
  const health = () => spawnSync(image.healthcheck[0] ?? '', image.healthcheck.slice(1), { cwd: app, env, ...owner });
  const received = await fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.json());
  const healthy = health().status;
  bot.kill('SIGTERM');
  expect([message, received, healthy, await ended]).toEqual([
    expect.stringContaining(`listening on port ${port}`),
    { status: 'alive' },
    0,
    [0, null],
  ]);
  expect(health().status).toBe(1);
  expect(existsSync(join(app, 'data/latchkey.db'))).toBe(true);
});
