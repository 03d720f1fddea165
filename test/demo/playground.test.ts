import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';
import { BOT_ID } from '../../local/people.ts';
import { areFree, portsInRow, type Started, startCommand, untilMessage } from '../support/browser/playground.ts';

describe('npm run dev:teamsfx:testtool', () => {
  let folder: string;
  let temporary: string;
  let row: number[];
  let port: number;
  const started: Started[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'testtool-'));
    temporary = join(folder, 'temporary');
    mkdirSync(temporary);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    row = await portsInRow(3);
    [port = 0] = row;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.stop()));
    rmSync(join(folder, '.localConfigs.testTool'), { force: true });
  });

  /** The command of the npm script after the build, in a folder of its own with the settings that the Toolkit would
   * write. */
  function start(...options: string[]): Started {
    const env = { TMPDIR: temporary, TEMP: temporary };
    const running = startCommand(process.execPath, [builtPath('local/playground.js'), ...options], env, folder);
    started.push(running);
    return running;
  }

  const settings = (text: string) => writeFileSync(join(folder, '.localConfigs.testTool'), text);
  const free = () => areFree(row);

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'says what to do next; %s ends it and all its parts',
    async (signal) => {
      const running = start('--port', String(port));
      await untilMessage(running, new RegExp(`listening on port ${port}\\b`));
      await untilMessage(
        running,
        new RegExp(`npx agentsplayground -e http://localhost:${port}/api/messages -c msteams`),
      );
      expect(running.output()).toContain('no BOT_ID');
      expect(await free()).toEqual([false, false, false]);
      running.child.kill(signal);
      expect(await running.ended).toBe(0);
      expect(await free()).toEqual([true, true, true]);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test('a port in use: the command names the port and says what to do; it starts no part', async () => {
    const other = createServer().listen(port + 1, '127.0.0.1');
    await once(other, 'listening');
    const running = start('--port', String(port));
    expect(await running.ended).toBe(1);
    expect(running.output()).toMatch(
      new RegExp(`^Latchkey cannot start.+Port ${port + 1} is in use.+dev:teamsfx:testtool -- --port ${port + 1000}`),
    );
    await new Promise((resolve) => other.close(resolve));
    expect(await free()).toEqual([true, true, true]);
  });

  test('your own connections file: only the bot starts, on the port of the settings', async () => {
    const issuer = 'http://localhost:1';
    const signIn = { type: 'oidc', issuer, clientId: 'x', clientSecret: '${X_SECRET}', scopes: ['openid'] };
    const source = { type: 'mediawiki', url: 'http://localhost:2' };
    const connections = [{ id: 'mine', title: 'Mine', commands: ['insertMine'], signIn, source }];
    writeFileSync(join(folder, 'mine.json'), JSON.stringify({ connections }));
    settings(`PORT=${port}\nCONNECTIONS_FILE=./mine.json\nX_SECRET=not-said\nENCRYPTION_KEYS=\n`);
    const running = start();
    await untilMessage(running, new RegExp(`listening on port ${port}\\b`));
    await untilMessage(running, /tenantId and aadObjectId/);
    expect(running.output()).not.toContain('not-said');
    expect(await free()).toEqual([false, true, true]);
    expect(await running.stop()).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('T9: settings of a registered bot: the command refuses, names them, and starts no part', async () => {
    settings(`BOT_ID=${BOT_ID}\nBOT_PASSWORD=not-said\n`);
    const running = start('--port', String(port));
    expect(await running.ended).toBe(1);
    expect(running.output()).toMatch(/^Latchkey cannot start.+ sets BOT_ID, BOT_PASSWORD\. .+ Remove the setting/);
    expect(running.output()).not.toContain('not-said');
    expect(await free()).toEqual([true, true, true]);
  });

  test.each([[['--port', 'x']], [['--port', '80']], [['--wrong']]])('%j prints how to use it', async (options) => {
    const running = start(...options);
    expect(await running.ended).toBe(1);
    expect(running.output()).toMatch(/Usage: npm run dev:teamsfx:testtool/);
    expect(running.output()).not.toMatch(/^\s+at /m);
  });
});
