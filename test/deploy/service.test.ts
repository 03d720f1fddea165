import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { read } from '../support/project/files.ts';
import { describeWithSystemd, findProgram } from '../support/requirements.ts';

const committed = read('deploy/latchkey.service');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-systemd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Its report on the unit, with this machine's Node in place of Debian's. */
function analyze(args: string[], unit = committed) {
  const path = join(folder, 'latchkey.service');
  writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
  return spawnSync(findProgram('systemd') ?? '', [...args, path], { encoding: 'utf8' });
}

describeWithSystemd('deploy/latchkey.service', () => {
  test('systemd finds no fault in it', () => {
    const { status, stdout, stderr } = analyze(['verify', '--man=no']);
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test('control: systemd reports a fault that exists', () => {
    expect(analyze(['verify', '--man=no'], committed.replace('UMask=', 'Umask=')).stderr).toContain('Umask');
  });

  test('the service has little access to the machine: an exposure of at most 2.0 of 10', () => {
    expect(analyze(['security', '--offline=true', '--threshold=20']).status).toBe(0);
  });
});

test('it runs as its own user, stores in a folder that it can write to, and has enough time to drain', () => {
  expect(committed).toMatch(/^User=latchkey$/m);
  expect(committed).toMatch(/^StateDirectory=latchkey$/m);
  const drain = /DRAIN_TIMEOUT_MS = (\d+)_000;/.exec(read('bot/app.ts'));
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(committed)?.[1])).toBeGreaterThan(Number(drain?.[1]) + 10);
});
