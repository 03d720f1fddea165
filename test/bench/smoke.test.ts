import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { patient } from '../support/patience.ts';
import { type CommandResult, run } from '../support/process/command.ts';
import { describeWithBench, describeWithChromium, findProgram } from '../support/requirements.ts';

/** Runs `npm run bench` in seconds. Checks that it works and that every server answers correctly, never how fast. */
const ROOT = join(import.meta.dirname, '../..');
const TIMEOUT = patient(420_000);
const SERVERS = ['latchkey-sqlite', 'stock', 'teams-apps', 'agents', 'floor', 'limit'];
const CASES = ['in-16', 'out-16', 'new-16', 'p99-16', 'open-600', 'http-16', 'cold start', 'memory-60', 'pause-6'];

describeWithBench('npm run bench -- --quick --growth', () => {
  let measured: CommandResult;
  beforeAll(async () => {
    measured = await bench('--quick', '--growth');
  }, TIMEOUT);

  test('exits with 0: every server answered correctly before and after each case', () => {
    expect(measured).toMatchObject({ code: 0 });
    expect(measured.stdout).toContain('every answer was right');
  });

  test.each(SERVERS)('%s was measured in every case', (server) => {
    const lines = measured.stderr.split('\n').filter((line) => line.startsWith(`  ${server} `));
    expect(lines.map((line) => CASES.find((name) => line.includes(` ${name} `)))).toEqual(CASES);
  });

  test('the table has a verdict for each goal', () => {
    for (const figure of FIGURES) expect(measured.stdout).toContain(figure);
    const rows = measured.stdout.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| figure'));
    for (const row of rows) expect(row).toMatch(/\| (met|\*\*missed\*\*|open|---) \|$/);
  });

  test('an unknown option: the command lists the options that exist', async () => {
    const { code, stderr } = await bench('--slow');
    expect(code).toBe(2);
    expect(stderr).toContain('[--quick]');
  });

  test('200 queries of one user with an expired token: one refresh', () => {
    expect(measured.stdout).toMatch(/\| refreshes for 200 queries of one expired user \| 1 \| 1 \| met \|/);
  });
});

describeWithBench('npm run bench -- --quick --only people', () => {
  describeWithChromium('in a browser', () => {
    test(
      'measures each wait of a person once, beside the time that the sample needs',
      async () => {
        const { code, stdout, stderr } = await bench('--quick', '--only', 'people');
        expect([code, stderr]).toEqual([0, expect.stringContaining('Round 1 of 1')]);
        const rows = stdout.split('\n').filter((line) => /\| (Latchkey|stock) \|/.test(line));
        expect(rows).toHaveLength(18);
        const without = rows.filter((row) => !/\| \d[\d.]* \| \d+ \|/.test(row));
        expect(without.map((row) => row.split(' | ')[2])).toEqual(Array(3).fill('no sign-in of its own'));
      },
      TIMEOUT,
    );
  });
});

const FIGURES = [
  'signed in, 16 connections',
  'signed in, 64 connections',
  'search by HTTP, 16 connections',
  'signed out, 16 connections',
  'every token new',
  'p99, 16 connections',
  'p99, 64 connections',
  'open loop at 600/s',
  'memory after 60 s of load (here ',
  'TLS handshakes for 2 searches',
  'cold start to the first answered query',
  'credentials (SQLite)',
  ...(findProgram('redis') ? ['credentials (Redis)'] : []),
  'two processes on Redis',
  'page script, gzip',
];

/** The command as a user runs it, without npm. It installs its own packages if they are missing. */
function bench(...args: string[]): Promise<CommandResult> {
  return run(process.execPath, ['scripts/bench.mjs', ...args], { cwd: ROOT, env: process.env });
}
