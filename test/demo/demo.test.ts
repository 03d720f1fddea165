import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import { builtPath } from '../../local/paths.ts';
import { ADA } from '../../local/people.ts';
import { areFree, portsInRow, type Started, startCommand, untilMessage } from '../support/browser/playground.ts';
import { completeSignIn, untilRedirect } from '../support/world/sign-in.ts';
import { answerIn, type SearchResponse } from '../support/world/world.ts';

describe('npm run demo', () => {
  let temporary: string;
  const started: Started[] = [];

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-'));
  });
  afterAll(() => rmSync(temporary, { recursive: true }));
  afterEach(async () => {
    // A failed test leaves its demo running.
    await Promise.all(started.splice(0).map((each) => each.stop()));
  });

  const start = (...options: string[]) =>
    startCommand(process.execPath, [builtPath('local/demo.js'), ...options], { TMPDIR: temporary, TEMP: temporary });

  /** One that ends with its test. */
  function demo(...options: string[]): Started {
    const running = start(...options);
    started.push(running);
    return running;
  }

  test('--script lakers prints every step and the results, and ends with 0', async () => {
    const { ended, output, errors } = demo('--script', 'lakers');
    expect(await ended).toBe(0);
    expect(errors()).toBe('');
    for (let step = 1; step <= 8; step += 1) {
      expect(output()).toMatch(new RegExp(`^ ${step}\\. .+ (ready|\\d+ pages|200( \\w+)?) +\\d+ ms$`, 'm'));
    }
    expect(output()).toMatch(/^\d+ results for “lakers”$/m);
    expect(output()).toMatch(/^ {2}1\. Los Angeles Lakers$/m);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--script with a word without results fails, and names the step', async () => {
    const { ended, errors } = demo('--script', 'qqzzqq');
    expect(await ended).toBe(1);
    expect(errors()).toMatch(/^Failed at step 7\. Teams reissues the query .+: expected results, .+ “qqzzqq”/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--chat lakers prints the messages of a chat with the bot, and ends with 0', async () => {
    const { ended, output, errors } = demo('--chat', 'lakers');
    expect(await ended).toBe(0);
    expect(errors()).toBe('');
    for (const line of [
      'I search Contoso wiki and Contoso handbook with your own account.',
      'Sign in to one of these to search. You can add others later. [Sign in to Contoso wiki] [Sign in to Contoso handbook]',
      'You are signed in to Contoso wiki as ada@contoso.example.',
      '* Los Angeles Lakers',
      'You are not signed in to Contoso handbook.',
      'You are signed out of Contoso wiki.',
    ]) {
      expect(output()).toContain(`      Latchkey: ${line}`);
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('--chat with a word without results fails, and prints the bot’s answer', async () => {
    const { ended, errors } = demo('--chat', 'qqzzqq');
    expect(await ended).toBe(1);
    expect(errors()).toMatch(
      /^Failed at step \d+\. Ada Example sends .+: expected results, got: No results for .+ in Contoso wiki/,
    );
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([[['--script']], [['--chat', '']], [['--script', ' ']], [['--port', 'x']], [['--wrong']]])(
    '%j prints how to use it',
    async (options) => {
      const { ended, errors } = demo(...options);
      expect(await ended).toBe(1);
      expect(errors()).toMatch(/Usage: npm run demo/);
      expect(errors()).not.toMatch(/^\s+at /m);
    },
  );

  test('SIGINT and SIGTERM end everything, and a second start works', async () => {
    const ports = await portsInRow(7);
    const [port = 0, , , page = 0] = ports;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const running = demo('--port', String(port));
      const { child, ended, output, errors } = running;
      await untilMessage(running, /Ctrl\+C/);
      expect(output()).toContain(`http://localhost:${page}\n`);
      expect((await fetch(`http://localhost:${page}/`)).status).toBe(200);
      expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
      // At a terminal the signal arrives twice, because npm passes it on. Impatient people press again, until the
      // store's folder is deleted. (After that, Node itself is about to end and handles no signal.)
      const impatience = setInterval(() => readdirSync(temporary).length > 0 && child.kill(signal), 20);
      await ended;
      clearInterval(impatience);
      // A signal in Node's very last moments ends the process without a code. The cleanup is complete by then.
      expect([0, null]).toContain(await ended);
      expect(errors()).toBe('');
      expect(await areFree(ports)).toEqual(Array(7).fill(true));
      expect(readdirSync(temporary)).toEqual([]);
    }
  });

  test('a port in use: the demo names the port and says what to do; it starts no part', async () => {
    const ports = await portsInRow(7);
    const [port = 0, taken = 0] = ports;
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    const { ended, output, errors } = demo('--port', String(port));
    expect(await ended).toBe(1);
    expect(errors()).toContain(`Port ${taken} is in use`);
    expect(errors()).toMatch(/npm run demo -- --port \d+/);
    expect(output()).toBe(errors());
    expect(await areFree(ports)).toEqual([true, false, true, true, true, true, true]);
    await new Promise((resolve) => other.close(resolve));
  });

  describe('while it runs', () => {
    let ports: number[];
    let running: Started;
    beforeAll(async () => {
      ports = await portsInRow(7);
      running = start('--port', String(ports[0]));
      await untilMessage(running, /Ctrl\+C/);
    });
    afterAll(() => running?.stop());

    test('T9: other machines cannot connect to any part of it', async () => {
      const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
      const addresses = ['127.0.0.2', ...others.filter(({ internal }) => !internal).map(({ address }) => address)];
      for (const address of addresses) {
        for (const port of ports) {
          expect({ address, port, connects: await connects(address, port) }).toEqual({
            address,
            port,
            connects: false,
          });
        }
      }
      expect(await connects('127.0.0.1', ports[0] ?? 0)).toBe(true);
    });

    test('one command finds pages of the wiki and of Confluence, after a sign-in to each', async () => {
      const { search, signIn } = clientOf(ports);
      const links = linksOf(await search('searchEverywhere'));
      expect(Object.keys(links)).toEqual(
        ['wiki', 'handbook', 'Jira', 'Confluence'].map((name) => `Sign in to Contoso ${name}`),
      );
      await search('searchEverywhere', await signIn(links['Sign in to Contoso wiki'], ADA.username));
      const state = await signIn(links['Sign in to Contoso Confluence'], 'ada');
      const { attachments = [] } = await search('searchEverywhere', state);
      const from = (name: string) =>
        attachments.filter(({ preview }) => preview.content.text?.startsWith(`${name} · `)).length;
      expect(from('Contoso wiki')).toBeGreaterThan(2);
      expect(from('Contoso Confluence')).toBeGreaterThan(2);
    });

    test('cards of Jira have the status in its color, the assignee, the priority, the type and the due date', async () => {
      const { search, signIn } = clientOf(ports);
      const [link] = Object.values(linksOf(await search('searchJira')));
      const { attachments = [] } = await search('searchJira', await signIn(link, 'ada'));
      const cards = attachments.map(({ content }) => JSON.stringify(content));
      const card = cards.find((each) => each.includes('WEB-1 · ')) ?? '';
      const facts = [...card.matchAll(/"text":"(\w+: )".*?"text":"(.*?)"/g)].map(([, label, value]) => [label, value]);
      expect(facts).toEqual([
        ['Status: ', 'In Progress'],
        ['Assignee: ', 'Ada Example'],
        ['Priority: ', 'Highest'],
        ['Type: ', 'Bug'],
        ['Due: ', expect.stringMatching(/^\w{3} \d+, \d{4}$/)],
      ]);
      expect(card).toMatch(/"In Progress"[^}]*"color":"accent"/);
      expect(cards.find((each) => each.includes('"Done"'))).toMatch(/"Done"[^}]*"color":"good"/);
      expect(cards.join()).not.toContain('(confidential)');
    });

    test('a part that ends by itself ends the demo, which prints that part’s output', async () => {
      const [first] = childrenOf(running.child.pid);
      process.kill(first ?? 0, 'SIGKILL');
      expect(await running.ended).toBe(1);
      expect(running.errors()).toMatch(/^The Teams client ended \(SIGKILL\)/);
      expect(await areFree(ports)).toEqual(Array(7).fill(true));
    });
  });
});

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

/** Ada at the Teams client of the demo, without a browser. */
function clientOf([bot = 0, , , teams = 0]: readonly number[]) {
  const [botUrl, teamsUrl] = [`http://localhost:${bot}`, `http://localhost:${teams}`];

  /** Searches for "lakers". @param state the security code of a sign-in */
  async function search(commandId: string, state?: string): Promise<SearchResponse> {
    const conversation = { id: '19:demo', conversationType: 'personal' };
    const query = { name: 'composeExtension/query', commandId, text: 'lakers', skip: 0, count: 25, state };
    const response = await fetch(`${teamsUrl}/api/invoke`, {
      method: 'POST',
      headers: { origin: teamsUrl },
      body: JSON.stringify({ person: 'ada', locale: 'en-US', conversation, ...query }),
    });
    return answerIn((await response.json()) as { status: number; body: unknown });
  }

  /** @returns the security code */
  async function signIn(link: string | undefined, username: string): Promise<string> {
    const page = new AuthClient(botUrl);
    const ticket = new URL(link ?? '').searchParams.get('ticket') ?? '';
    const { body } = await untilRedirect(page, ticket, username);
    return (await completeSignIn(page, body)).securityCode;
  }

  return { search, signIn };
}

/** By their titles. */
function linksOf({ suggestedActions }: SearchResponse): Record<string, string> {
  return Object.fromEntries(suggestedActions?.actions.map(({ title, value }) => [title, value]) ?? []);
}

/** Oldest first. */
function childrenOf(pid = 0): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(list)
    ? readFileSync(list, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return text.trim().split(/\s+/).map(Number);
}
