import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';
import { isFree } from '../../local/processes.ts';
import { patient } from '../support/patience.ts';
import { eventually } from '../support/world.ts';

interface Demo {
  child: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<number | null>;
}

describe('npm run demo', () => {
  let temporary: string;
  const started: Demo[] = [];

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-'));
  });
  afterAll(() => rmSync(temporary, { recursive: true }));
  afterEach(async () => {
    // A test that failed leaves its demo running.
    for (const { child } of started) child.kill();
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });

  function demo(...options: string[]): Demo {
    const child = spawn(process.execPath, [builtPath('local/demo.js'), ...options], {
      env: { PATH: process.env.PATH, TMPDIR: temporary, TEMP: temporary },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const running = { child, out: () => out, err: () => err, ended };
    started.push(running);
    return running;
  }

  /** Five free ports in a row. */
  async function freePort(): Promise<number> {
    // Below the ports that the system gives to others while the demo starts.
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(row(port).map(isFree));
    return free.every(Boolean) ? port : freePort();
  }

  test('--script lakers prints every step and the results, and ends with 0', async () => {
    const { ended, out, err } = demo('--script', 'lakers');
    expect(await ended).toBe(0);
    expect(err()).toBe('');
    for (let step = 1; step <= 8; step += 1) {
      expect(out()).toMatch(new RegExp(`^ ${step}\\. .+ (ready|\\d+ pages|200( \\w+)?) +\\d+ ms$`, 'm'));
    }
    expect(out()).toMatch(/^\d+ results for “lakers”$/m);
    expect(out()).toMatch(/^ {2}1\. Los Angeles Lakers$/m);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--script with a word that finds nothing fails, and names the step', async () => {
    const { ended, err } = demo('--script', 'qqzzqq');
    expect(await ended).toBe(1);
    expect(err()).toMatch(/^Failed at step 7\. Teams reissues the query .+: expected results, .+ “qqzzqq”/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--chat lakers prints what is said in a chat with the bot, and ends with 0', async () => {
    const { ended, out, err } = demo('--chat', 'lakers');
    expect(await ended).toBe(0);
    expect(err()).toBe('');
    for (const line of [
      'I search Contoso wiki and Contoso handbook with your own account.',
      'Sign in to search. One of these is enough. You can add others later. [Sign in to Contoso wiki] [Sign in to Contoso handbook]',
      'You are signed in to Contoso wiki as ada@contoso.example.',
      '* Los Angeles Lakers',
      'You are not signed in to Contoso handbook.',
      'You are signed out of Contoso wiki.',
    ]) {
      expect(out()).toContain(`      Latchkey: ${line}`);
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--chat with a word that finds nothing fails, and says what the bot said', async () => {
    const { ended, err } = demo('--chat', 'qqzzqq');
    expect(await ended).toBe(1);
    expect(err()).toMatch(/^Failed at step \d+\. Ada Example says .+: expected results, got: Nothing in Contoso wiki/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([[['--script']], [['--chat', '']], [['--script', ' ']], [['--port', 'x']], [['--wrong']]])(
    '%j says how to use it',
    async (options) => {
      const { ended, err } = demo(...options);
      expect(await ended).toBe(1);
      expect(err()).toMatch(/Usage: npm run demo/);
      expect(err()).not.toMatch(/^\s+at /m);
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends everything, and a second start works', async (signal) => {
    const port = await freePort();
    for (const start of ['first', 'second']) {
      const { child, ended, out, err } = demo('--port', String(port));
      await eventually(out, (text) => text.includes('Ctrl+C'), patient(60_000));
      expect(out()).toContain(`http://localhost:${port + 3}\n`);
      expect({ start, page: (await fetch(`http://localhost:${port + 3}/`)).status }).toEqual({ start, page: 200 });
      expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
      // At a terminal it comes twice: npm's script passes on what the demo got already. And people are impatient:
      // they press until the store's folder is gone. (After that, Node itself is about to end and takes no signal.)
      const impatience = setInterval(() => readdirSync(temporary).length > 0 && child.kill(signal), 20);
      await ended;
      clearInterval(impatience);
      // A signal that comes in Node's very last moments ends it the system's way: no code, and nothing left undone.
      expect([0, null]).toContain(await ended);
      expect(err()).toBe('');
      expect(await Promise.all(row(port).map(isFree))).toEqual(Array(5).fill(true));
      expect(readdirSync(temporary)).toEqual([]);
    }
  });

  test('T9: nobody beyond this machine can connect to any of it', async () => {
    const port = await freePort();
    const { out } = demo('--port', String(port));
    await eventually(out, (text) => text.includes('Ctrl+C'), patient(60_000));
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const addresses = ['127.0.0.2', ...others.filter(({ internal }) => !internal).map(({ address }) => address)];
    for (const address of addresses) {
      for (const each of row(port)) {
        expect({ address, each, connects: await connects(address, each) }).toEqual({ address, each, connects: false });
      }
    }
    expect(await connects('127.0.0.1', port)).toBe(true);
  });

  test('a port that is taken: says which, and what to do; starts nothing', async () => {
    const port = await freePort();
    const other = createServer().listen(port + 1, '127.0.0.1');
    await once(other, 'listening');
    const { ended, out, err } = demo('--port', String(port));
    expect(await ended).toBe(1);
    expect(err()).toContain(`Something listens already on port ${port + 1}:`);
    expect(err()).toMatch(/npm run demo -- --port \d+/);
    expect(out()).toBe('');
    expect(
      await Promise.all(
        row(port)
          .filter((each) => each !== port + 1)
          .map(isFree),
      ),
    ).toEqual(Array(4).fill(true));
    await new Promise((resolve) => other.close(resolve));
  });

  test('a part that ends by itself ends the demo, with what it wrote', async () => {
    const port = await freePort();
    const { child, ended, out, err } = demo('--port', String(port));
    await eventually(out, (text) => text.includes('Ctrl+C'), patient(60_000));
    const [first] = childrenOf(child.pid);
    process.kill(first ?? 0, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(err()).toMatch(/^The Teams client ended \(SIGKILL\)/);
    expect(await Promise.all(row(port).map(isFree))).toEqual(Array(5).fill(true));
  });
});

/** Those of a demo that starts there. */
const row = (port: number) => [0, 1, 2, 3, 4].map((more) => port + more);

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const settle = (connected: boolean) => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', () => settle(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => settle(false));
  });
}

/** Oldest first. */
function childrenOf(pid = 0): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(list)
    ? readFileSync(list, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return text.trim().split(/\s+/).map(Number);
}
