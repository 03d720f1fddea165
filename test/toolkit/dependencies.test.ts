import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT, read } from '../support/toolkit.ts';

interface Update {
  'package-ecosystem': string;
  directory: string;
}

interface Workflow {
  on: { push: { paths: string[] } };
  jobs: Record<string, { steps: { run?: string }[] }>;
}

test('new versions are watched for in each folder that has a lock file or a base image', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: Update[] };
  const watched = updates.map((update) => `${update['package-ecosystem']} ${update.directory}`);
  expect(watched).toEqual(['npm /', 'npm /bench', 'docker /deploy', 'github-actions /']);
  for (const file of ['package-lock.json', 'bench/package-lock.json', 'deploy/Dockerfile']) {
    expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  }
});

test('the audit covers what the bot runs with, and what the pages are built from', () => {
  const { on, jobs } = parse(read('.github/workflows/audit.yml')) as Workflow;
  expect(on.push.paths).toContain('package-lock.json');
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toEqual(['npm audit --omit=dev --audit-level=high', 'npm audit --audit-level=high']);
  // Bundled into /chat, so the second command is the one that sees it.
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  expect([Object.keys(devDependencies), Object.keys(dependencies)]).toEqual([
    expect.arrayContaining(['botframework-webchat']),
    expect.not.arrayContaining(['botframework-webchat']),
  ]);
});
