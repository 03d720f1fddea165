import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { patient } from '../support/patience.ts';
import { describeWithBench, findProgram } from '../support/requirements.ts';

/** `npm run bench` in seconds: that it works, and that every server's answers are right. Never how fast. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TIMEOUT = patient(420_000);
const SERVERS = ['latchkey-sqlite', 'stock', 'teams-apps', 'agents', 'floor', 'limit'];
const CASES = ['in-16', 'out-16', 'new-16', 'open-600', 'http-16', 'cold start'];

interface Run {
  code: number | null;
  table: string;
  progress: string;
}

describeWithBench('npm run bench -- --quick --growth', () => {
  let run: Run;
  beforeAll(async () => {
    run = await bench('--quick', '--growth');
  }, TIMEOUT);

  test('ends well: every server answered right, before and after each case', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(run.table).toContain('every answer was right');
  });

  test.each(SERVERS)('%s was measured in every case', (server) => {
    const measured = run.progress.split('\n').filter((line) => line.startsWith(`  ${server} `));
    expect(measured.map((line) => CASES.find((name) => line.includes(` ${name} `)))).toEqual(CASES);
  });

  test('the table has a verdict for every goal', () => {
    for (const figure of FIGURES) expect(run.table).toContain(figure);
    const rows = run.table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| figure'));
    for (const row of rows) expect(row).toMatch(/\| (met|\*\*missed\*\*|open|---) \|$/);
  });

  test('an option that there is not: says what there is', async () => {
    const { code, progress } = await bench('--slow');
    expect(code).toBe(2);
    expect(progress).toContain('[--quick]');
  });

  test('200 queries of one expired user: one refresh', () => {
    expect(run.table).toMatch(/\| refreshes for 200 queries of one expired user \| 1 \| 1 \| met \|/);
  });
});

const FIGURES = [
  'signed in, 16 connections',
  'signed in, 64 connections',
  'search by HTTP, 16 connections',
  'signed out, 16 connections',
  'every token new',
  'p99, 64 connections',
  'open loop at 600/s',
  'memory after load',
  'cold start to the first answered query',
  'credentials (SQLite)',
  ...(findProgram('redis') ? ['credentials (Redis)'] : []),
  'two processes on Redis',
  'page script, gzip',
];

/** The command as a user gives it, less npm. It installs its own packages where they are missing. */
function bench(...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/bench.mjs', ...args], { cwd: root });
    const [table, progress] = [collect(child.stdout), collect(child.stderr)];
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, table: table(), progress: progress() }));
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}
