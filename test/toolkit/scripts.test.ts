import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/project/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-toolkit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PATH = process.env.PATH ?? '';
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const readHere = (path: string) => readFileSync(join(folder, path), 'utf8');
/** Runs one of the scripts in the folder, with only this environment. */
const script = (name: string, args: string[] = [], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', name), ...args], {
    cwd: folder,
    env: { PATH, ...env },
    encoding: 'utf8',
  });

describe('npm run toolkit:secrets', () => {
  const FILLED = 'DEVELOPER_NAME=x\nDEVELOPER_WEBSITE_URL=x\nDEVELOPER_PRIVACY_URL=x\nDEVELOPER_TERMS_URL=x\n';

  test('creates a missing key once, readable to its owner only, and does not print it', () => {
    write('env/.env.dev', FILLED);
    write('env/.env.dev.user', 'SECRET_OTHER=kept');
    const first = script('toolkit-secrets.mjs', ['--env', 'dev']);
    const made = readHere('env/.env.dev.user');
    expect(first.status).toBe(1);
    expect(first.stderr).toContain('provision again');
    expect(made).toMatch(/^SECRET_OTHER=kept\nSECRET_ENCRYPTION_KEYS=k1:[A-Za-z0-9+/]{43}=\n$/);
    expect(first.stdout + first.stderr).not.toContain('k1:');
    const second = script('toolkit-secrets.mjs', ['--env', 'dev']);
    expect([second.status, second.stderr, readHere('env/.env.dev.user')]).toEqual([0, '', made]);
  });

  test.each([
    ['a file that it makes', undefined],
    ['a file that the Toolkit has made', 'SECRET_OTHER=kept'],
  ])('T61: only its owner can read %s', (_, before) => {
    write('env/.env.dev', FILLED);
    if (before !== undefined) write('env/.env.dev.user', before);
    script('toolkit-secrets.mjs');
    expect(statSync(join(folder, 'env/.env.dev.user')).mode & 0o077).toBe(0);
  });

  test('names empty variables before any step runs in Azure', () => {
    write('env/.env.dev', 'DEVELOPER_NAME=\nDEVELOPER_TERMS_URL=x\n');
    write('env/.env.dev.user', 'SECRET_ENCRYPTION_KEYS=k1:x\nDEVELOPER_WEBSITE_URL=x\n');
    const { status, stderr } = script('toolkit-secrets.mjs', [], { DEVELOPER_PRIVACY_URL: 'x' });
    expect([status, stderr]).toEqual([1, 'Fill in DEVELOPER_NAME in env/.env.dev.\n']);
  });

  test('writes to no other folder, whatever the name of the environment', () => {
    const { status } = script('toolkit-secrets.mjs', ['--env', '../../x']);
    expect([status, existsSync(join(folder, 'env'))]).toEqual([1, false]);
  });
});

describe('npm run stage', () => {
  const PARTS = [
    'dist/bot/index.js',
    'dist/bot/index.js.map',
    'dist/auth-page/start.html',
    'package.json',
    'package-lock.json',
    '.npmrc',
  ];
  const NEVER = [
    '.git/config',
    'env/.env.dev.user',
    '.localConfigs',
    'data/latchkey.db',
    'bot/index.ts',
    'test/x.ts',
    'local/x.ts',
  ];
  const ALSO_NEVER = [
    'dist/local/demo.js',
    'dist/scripts/package/main.js',
    'appPackage/build/latchkey.dev.zip',
    'node_modules/typescript/x.js',
  ];
  const listed = () => spawnSync('find', ['.', '-type', 'f'], { cwd: join(folder, '.stage'), encoding: 'utf8' });

  test('copies the files that run and the connections, and nothing else', () => {
    for (const path of [...PARTS, ...NEVER, ...ALSO_NEVER, 'connections.teams.json']) write(path, 'x');
    const { status } = script('stage.mjs', ['--no-install'], { CONNECTIONS_FILE: './connections.teams.json' });
    expect(status).toBe(0);
    const files = listed()
      .stdout.trim()
      .split('\n')
      .map((path) => path.slice(2));
    expect(files.toSorted()).toEqual([...PARTS, 'connections.teams.json'].toSorted());
  });

  test('refuses to continue without the build, or with connections that would be missing', () => {
    expect(script('stage.mjs', ['--no-install']).stderr).toContain('dist/bot');
    for (const path of PARTS) write(path, 'x');
    for (const CONNECTIONS_FILE of ['../connections.json', '/etc/hosts', 'config/connections.json', 'missing.json']) {
      const { status } = script('stage.mjs', ['--no-install'], { CONNECTIONS_FILE });
      expect([CONNECTIONS_FILE, status, existsSync(join(folder, '.stage'))]).toEqual([CONNECTIONS_FILE, 1, false]);
    }
  });

  test('.webappignore, in the syntax of .gitignore, includes those files and no secrets', () => {
    spawnSync('git', ['init', '-q'], { cwd: folder });
    cpSync(join(ROOT, '.webappignore'), join(folder, '.gitignore'));
    const uploaded = ['dist/bot/index.js', 'dist/auth-page/start.html', 'package.json', 'connections.json'];
    const packages = ['node_modules/pino/package.json', 'node_modules/@libsql/linux-x64-gnu/index.node'];
    const never = [
      ...NEVER,
      'dist/bot/index.js.map',
      'node_modules/x/index.d.ts',
      'node_modules/.bin/tsc',
      'bot.pem',
      '.env',
    ];
    const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '--stdin'], {
      cwd: folder,
      input: [...uploaded, ...packages, ...never].join('\n'),
      encoding: 'utf8',
    });
    const ignored = stdout.trim().split('\n');
    expect(ignored.toSorted()).toEqual(never.toSorted());
  });
});

test('if .localConfigs is missing, npm run dev:teamsfx says what writes it', () => {
  const { status, stderr } = script('dev-teamsfx.mjs');
  expect([status, stderr]).toEqual([1, expect.stringContaining('"Deploy" task')]);
});

describe.each([
  ['doctor', 'dist/bot/cli.js'],
  ['package', 'dist/scripts/package/main.js'],
])('npm run %s beside a running service', (name, built) => {
  const LOCK = {
    packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', dev: true } },
  };
  const install = (version: string) =>
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version } } }));
  /** The script in a copy of the project, whose npm would create a file if it ran. */
  const runHere = () => {
    for (const script of ['setup/ready.mjs', `${name}.mjs`]) {
      mkdirSync(join(folder, 'scripts/setup'), { recursive: true });
      cpSync(join(ROOT, 'scripts', script), join(folder, 'scripts', script));
    }
    write('package-lock.json', JSON.stringify(LOCK));
    write('bin/npm', '#!/bin/sh\ntouch npm-ran\n');
    chmodSync(join(folder, 'bin/npm'), 0o755);
    return spawnSync(process.execPath, [join(folder, 'scripts', `${name}.mjs`)], {
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}:${PATH}` },
      encoding: 'utf8',
    });
  };

  test('runs the build with the packages of any complete npm ci, and deletes no file', () => {
    install('1.0.0');
    write('node_modules/a/index.js', 'in use');
    write(built, 'console.log("ran", process.argv.slice(2).join(" "))');
    const { status, stdout } = runHere();
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^ran/)]);
    expect([readHere('node_modules/a/index.js'), existsSync(join(folder, 'npm-ran'))]).toEqual(['in use', false]);
  });

  test.each([
    ['no package is installed', () => write(built, ''), 'npm ci && npm run build'],
    ['a package has another version', () => [install('0.9.0'), write(built, '')], 'npm ci && npm run build'],
    ['the build is missing', () => install('1.0.0'), 'npm run build'],
  ])('prints the command to run if %s, and runs none', (_, arrange, command) => {
    arrange();
    const { status, stderr, stdout } = runHere();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`Run: ${command}`);
    expect(existsSync(join(folder, 'npm-ran'))).toBe(false);
  });
});

test('a signal that ends only npm and its shell also ends the program that a script runs in the terminal', async () => {
  write(
    'program.mjs',
    `process.on('SIGTERM', () => { console.log('ended'); process.exit(); });
       setTimeout(() => process.exit(), 30_000);
       console.log('started');`,
  );
  const module = pathToFileURL(join(ROOT, 'scripts', 'setup', 'foreground.mjs'));
  write('script.mjs', `import { runInForeground } from '${module}'; runInForeground(['program.mjs']);`);

  // As npm may do: a shell that stays between npm and the script.
  const shell = spawn('sh', ['-c', `"${process.execPath}" script.mjs; true`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of shell.stdout) {
    output += chunk;
    if (output === 'started\n') shell.kill('SIGTERM');
  }
  expect(output).toBe('started\nended\n');
});
