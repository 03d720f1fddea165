import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT, read } from '../support/project/files.ts';

interface Update {
  'package-ecosystem': string;
  directory: string;
}

interface Workflow {
  on: { push: { paths: string[] } };
  permissions: Record<string, string>;
  jobs: Record<
    string,
    { permissions?: Record<string, string>; steps: { run?: string; uses?: string; with?: Record<string, unknown> }[] }
  >;
}

test('each folder with a lock file or a base image gets updates of its versions', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: Update[] };
  const watched = updates.map((update) => `${update['package-ecosystem']} ${update.directory}`);
  expect(watched).toEqual([
    ...['npm /', 'npm /bench', 'npm /site'],
    ...['docker /deploy', 'docker-compose /deploy', 'github-actions /'],
  ]);
  const locks = ['package-lock.json', 'bench/package-lock.json', 'site/package-lock.json'];
  for (const file of [...locks, 'deploy/Dockerfile', 'deploy/compose.yaml']) {
    expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  }
});

test('the audit covers the packages that the bot runs with and those that the pages are built from', () => {
  const { on, jobs } = parse(read('.github/workflows/audit.yml')) as Workflow;
  expect(on.push.paths).toContain('package-lock.json');
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toEqual(['npm audit --omit=dev --audit-level=high', 'npm audit --audit-level=high']);
  // Bundled into /chat, so only the second command covers it.
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  expect([Object.keys(devDependencies), Object.keys(dependencies)]).toEqual([
    expect.arrayContaining(['botframework-webchat']),
    expect.not.arrayContaining(['botframework-webchat']),
  ]);
});

describe('workflows', () => {
  const folder = join(ROOT, '.github/workflows');
  const workflows = readdirSync(folder).map((name) => [name, parse(read(`.github/workflows/${name}`))] as const);

  test.each(workflows)(
    '%s can only read, names actions by their major version, and leaves no token in git',
    (_, file) => {
      const { permissions, jobs } = file as Workflow;
      expect(permissions).toEqual({ contents: 'read' });
      const uses = Object.values(jobs).flatMap(({ steps }) => steps.filter((step) => step.uses));
      expect(uses.map((step) => step.uses).filter((name) => !/^[\w-]+\/[\w/-]+@v\d+$/.test(name ?? ''))).toEqual([]);
      const checkouts = uses.filter(({ uses: name }) => name?.startsWith('actions/checkout@'));
      expect(checkouts.map((step) => step.with)).toEqual([{ 'persist-credentials': false }]);
    },
  );

  test('jobs write CodeQL findings and the documentation’s pages, and nothing else', () => {
    const writing = workflows.flatMap(([name, { jobs }]: readonly [string, Workflow]) =>
      Object.entries(jobs).flatMap(([job, { permissions = {} }]) =>
        Object.entries(permissions).flatMap(([scope, access]) => (access === 'write' ? `${name} ${job} ${scope}` : [])),
      ),
    );
    expect(writing).toEqual([
      'codeql.yml analyze security-events',
      'docs.yml publish pages',
      'docs.yml publish id-token',
    ]);
  });

  test('CI runs .ci/run on the oldest Node that the bot supports, which is that of .nvmrc', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml')) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['.ci/run']);
    expect(steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with).toMatchObject({
      'node-version-file': '.nvmrc',
      cache: 'npm',
    });
    expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${read('.nvmrc').trim()}`);
  });
});

test('the image is built, started read-only as its own user, and stopped as the docs say; CI does not publish it', () => {
  const { jobs } = parse(read('.github/workflows/image.yml')) as Workflow;
  expect(Object.keys(jobs)).toEqual(['image']);
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  const documented = read('docs/DEPLOY.md');
  expect(documented).toContain('docker build -f deploy/Dockerfile -t latchkey');
  expect(commands[0]).toContain('docker build -f deploy/Dockerfile -t latchkey');
  const args = read('deploy/Dockerfile').match(/(?<=^ARG )\w+/gm) ?? [];
  expect(commands[0]?.match(/(?<=--build-arg )\w+/g)).toEqual(args);
  for (const option of ['--init', '--read-only', '--tmpfs /tmp', '--cap-drop ALL', '--security-opt no-new-privileges'])
    expect([option, commands[1], documented].map((text) => text?.includes(option))).toEqual([true, true, true]);
  expect(commands.join('\n')).not.toMatch(/docker (push|login)|helm push/);
  for (const [, path = ''] of commands.join('\n').matchAll(/(deploy\/[\w./-]+)/g))
    expect([path, path === 'deploy/latchkey.env' || existsSync(join(ROOT, path))]).toEqual([path, true]);
});

test('each issue form asks at least one question, and each question has its own name', () => {
  for (const name of ['bug.yml', 'feature.yml']) {
    const { body } = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as { body: { type: string; id?: string }[] };
    const ids = body.filter(({ type }) => type !== 'markdown').map(({ id }) => id);
    expect([name, ids.length > 2, new Set(ids).size]).toEqual([name, true, ids.length]);
  }
});
