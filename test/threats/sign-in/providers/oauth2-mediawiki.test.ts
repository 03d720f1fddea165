import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA } from '../../../../local/people.ts';
import { freePorts } from '../../../../local/processes.ts';
import { type RunningService, startService } from '../../../support/oauth2/server.ts';
import { mediawiki } from '../../../support/oauth2/services/mediawiki.ts';
import { patient } from '../../../support/patience.ts';
import { entryAt } from '../../../support/presets/entry.ts';
import { describeWithMediawiki } from '../../../support/requirements.ts';
import { connectionLines, signOut } from '../../../support/teams/actions.ts';
import { readCard } from '../../../support/teams/cards.ts';
import { type RealMediawiki, startRealMediawiki } from '../../../support/wiki/real-mediawiki.ts';
import { forgetAll } from '../../../support/world/evidence.ts';
import { linkedCredential, setTimeLeft } from '../../../support/world/opened.ts';
import { startWorld, titlesOf, type World } from '../../../support/world/world.ts';

const PAGES = {
  'LeBron James': 'LeBron James played for the Heat, and for the Lakers.',
  'Los Angeles Lakers': "The '''Los Angeles Lakers''' are a team.",
};

// The extension's stand-in signs users in and checks their tokens. Debian's MediaWiki answers the searches behind it.
describeWithMediawiki('a real MediaWiki with its own OAuth extension, by the preset mediawiki-oauth', () => {
  let wiki: RealMediawiki;
  let extension: RunningService;
  let world: World;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-oauth2-wiki-'));

  beforeAll(async () => {
    const [bot = 0, identityProvider = 0, standIn = 0, front = 0] = await freePorts(4);
    const url = `http://localhost:${front}`;
    wiki = await startRealMediawiki(PAGES, url);
    const redirectUris = [`http://localhost:${bot}/auth/callback/mediawiki`];
    extension = await startService(mediawiki, { port: front, redirectUris, upstream: wiki.url });
    const connection = {
      ...entryAt('mediawiki-oauth', url),
      id: 'mediawiki',
      title: 'Test wiki',
      commands: ['insertMediawiki'],
    };
    writeFileSync(join(folder, 'connections.json'), JSON.stringify({ connections: [connection] }));
    world = await startWorld({
      ports: { bot, identityProvider, wiki: standIn },
      botEnv: { CONNECTIONS_FILE: join(folder, 'connections.json') },
    });
  }, patient(300_000));
  beforeEach(() => forgetAll(world));
  afterAll(async () => {
    await Promise.all([world?.stop(), extension?.close(), wiki?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const search = (text: string) => world.search(ADA, { connection: 'mediawiki', text });

  test('one entry: a prompt, the wiki’s own sign-in, its pages, and links that lead to them', async () => {
    expect((await search('lakers')).type).toBe('auth');
    await world.signIn(ADA, { connection: 'mediawiki' });
    const found = await search('lakers');
    expect(titlesOf(found).toSorted()).toEqual(Object.keys(PAGES));
    expect(found.attachments?.map((card) => readCard(card).lines.at(-1))).toEqual(Array(2).fill('Test wiki'));
    expect(await connectionLines(world.connector, world.botUrl, ADA)).toContain('Signed in as Ada');
    const link = JSON.stringify(found.attachments).match(/http:\/\/localhost:\d+\/index\.php\/LeBron_James/)?.[0] ?? '';
    expect(await (await fetch(link)).text()).toContain('<title>LeBron James');
    const { accessToken } = linkedCredential(world, ADA, 'mediawiki');
    expect(extension.requests('GET /api.php').ok).toBeGreaterThan(0);
    expect(extension.isGood(accessToken)).toBe(true);
  });

  test('T57: the wiki refuses an expired token with its own error: one refresh, and the pages', async () => {
    await world.signIn(ADA, { connection: 'mediawiki' });
    const old = linkedCredential(world, ADA, 'mediawiki');
    extension.expire(old.accessToken);
    expect(titlesOf(await search('LeBron'))).toEqual(['LeBron James']);
    setTimeLeft(world, ADA, -1, 'mediawiki');
    expect(titlesOf(await search('LeBron'))).toEqual(['LeBron James']);
    expect(extension.requests('token:refresh_token')).toEqual({ ok: 2, refused: 0 });
    expect(linkedCredential(world, ADA, 'mediawiki').refreshToken).not.toBe(old.refreshToken);
  });

  test('T62: after a sign-out, the wiki gets no request', async () => {
    await world.signIn(ADA, { connection: 'mediawiki' });
    await signOut(world.connector, world.botUrl, ADA);
    const before = extension.requests('GET /api.php').ok;
    expect((await search('lakers')).type).toBe('auth');
    expect(extension.requests('GET /api.php').ok).toBe(before);
  });
});
