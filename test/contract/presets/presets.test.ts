import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { presetNames, readPreset } from '../../../bot/config/preset/preset.ts';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { featuresOf } from '../../../scripts/connections-docs/features.ts';
import { patient } from '../../support/patience.ts';
import { STAND_INS, standInOf } from '../../support/presets/stand-ins.ts';
import type { RunningStandIn } from '../../support/presets/start.ts';
import { connectionLines, postInvoke } from '../../support/teams/actions.ts';
import { elementsOf, readCard } from '../../support/teams/cards.ts';
import { forgetAll } from '../../support/world/evidence.ts';
import { type PresetWorld, startPresetWorld } from '../../support/world/preset-world.ts';
import { type Attachment, eventually, type SearchResponse, titlesOf } from '../../support/world/world.ts';
import { CARDS } from './cards.ts';

/* Each preset from a user's view: one bot has a connection for each. The API of each stand-in accepts only the
 * tokens of its own sign-in pages. */

interface Unfurled {
  composeExtension: SearchResponse;
}

let all: PresetWorld;
beforeAll(async () => {
  all = await startPresetWorld();
});
afterAll(() => all?.stop());

test('each preset has a stand-in and a card', () => {
  expect(Object.keys(STAND_INS).sort()).toEqual(presetNames());
  expect(Object.keys(CARDS).sort()).toEqual(presetNames());
});

describe.each(Object.entries(CARDS))('%s', (name, cards) => {
  const preset = readPreset(name);
  const features = featuresOf(name, preset);
  let standIn: RunningStandIn;
  beforeAll(() => {
    standIn = all.standIns.get(name) as RunningStandIn;
  });
  afterEach(() => expect(standIn.takeProblems()).toEqual([]));
  const atStandIn = (link: string) => (link.startsWith('/') ? standIn.url + link : link);
  const refreshes = () => standIn.requests('token:refresh_token').ok;

  function search(person: Person, text = 'lakers', options: { state?: string; count?: number } = {}) {
    return all.world.search(person, { commandId: name, text, ...options });
  }

  async function invoke(person: Person, invokeName: string, value: object) {
    const activity = { name: `composeExtension/${invokeName}`, value };
    const { connector, botUrl } = all.world;
    return (await postInvoke(connector, botUrl, person, activity, { timeout: patient(5_000) })).body;
  }

  /** @returns the response of the search that carries the code, or of a search if the person is signed in already */
  async function signIn(person: Person): Promise<SearchResponse> {
    const asked = await search(person);
    if (asked.type === 'result') return asked;
    const { state } = await all.securityCode(person, name, asked);
    return search(person, 'lakers', { state });
  }

  test('asks for a sign-in, then shows cards with the right links, facts and matches', async () => {
    forgetAll(all.world);
    const asked = await search(GRACE);
    expect(asked.type).toBe('auth');
    expect(asked.suggestedActions?.actions.map(({ title }) => title)).toEqual([`Sign in to ${preset.entry.title}`]);
    const { state, isConfirmed } = await all.securityCode(GRACE, name, asked);
    expect(isConfirmed).toBe(!features.isProven);
    const [first] = (await search(GRACE, 'lakers', { state })).attachments ?? [];
    const { runs, actions } = readCard(first as Attachment);
    expect(first?.preview.content.title).toBe(cards.title);
    const view = `View in ${preset.entry.title}`;
    expect(actions).toEqual([{ type: 'Action.OpenUrl', title: view, url: atStandIn(cards.link) }]);
    expect(coloredLines(first as Attachment)).toEqual([
      cards.title,
      ...cards.lines.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
      preset.entry.title,
    ]);
    const connections = await connectionLines(all.world.connector, all.world.botUrl, GRACE);
    expect(connections).toContain(`Signed in as ${cards.account}`);
    const marked = runs.slice(1).filter(({ bold }) => bold);
    expect(new Set(marked.map(({ text }) => text.toLowerCase()))).toEqual(new Set(features.marks ? ['lakers'] : []));
  });

  test('shows recent changes, if the system lists them', async () => {
    await signIn(GRACE);
    expect(features.recent).toBe(cards.recent !== undefined);
    const response = await search(GRACE, '', { count: 3 });
    if (cards.recent === undefined) expect(response.type).toBe('message');
    else expect(titlesOf(response)).toEqual([cards.recent, expect.any(String), expect.any(String)]);
  });

  test('makes a card of a pasted link, if the system looks links up', async () => {
    await signIn(GRACE);
    expect(features.links).toBe(cards.pasted !== undefined);
    const { link, title, opens = cards.link } = cards.pasted ?? { link: cards.link };
    const { composeExtension } = (await invoke(GRACE, 'queryLink', { url: atStandIn(link) })) as Unfurled;
    expect(titlesOf(composeExtension)).toEqual(title === undefined ? [] : [title]);
    for (const card of composeExtension.attachments ?? [])
      expect(readCard(card).actions.map(({ url }) => url)).toEqual([atStandIn(opens)]);
  });

  test('T56: shows each person what their account may see', async () => {
    const [ofGrace, ofAda] = [titlesOf(await signIn(GRACE)), titlesOf(await signIn(ADA))];
    const restricted = /trade.plan/i;
    expect(ofGrace.filter((title) => restricted.test(title))).toEqual([]);
    expect(ofAda.filter((title) => restricted.test(title))).toHaveLength(1);
  });

  test('T57: renews a token that has ended, again and again, without a new sign-in', async () => {
    await signIn(GRACE);
    const before = refreshes();
    for (const round of [1, 2]) {
      standIn.expireAll();
      expect((await search(GRACE)).type).toBe('result');
      expect(refreshes()).toBe(before + round);
    }
  });

  test('T62: a sign-out ends the connection, and the tokens if the service revokes them', async () => {
    await signIn(GRACE);
    const [, token = ''] = /^Bearer (\S+)$/.exec(standIn.lastAuthorization() ?? '') ?? [];
    expect(standIn.isGood(token)).toBe(true);
    await invoke(GRACE, 'submitAction', { commandId: 'connections', data: { signOut: name } });
    expect((await search(GRACE)).type).toBe('auth');
    expect(features.revokes).toBe(standInOf(name).service.paths.revoke !== undefined);
    if (features.revokes)
      await eventually(
        () => standIn.isGood(token),
        (isGood) => !isGood,
      );
    else expect(standIn.isGood(token)).toBe(true);
  });
});

/** `Status: Resolved [good]` */
function coloredLines({ content }: Attachment): string[] {
  const blocks = elementsOf(content).filter(({ type }) => type === 'RichTextBlock');
  return blocks.map(({ inlines }) =>
    (inlines as { text: string; color?: string }[])
      .map(({ text, color }) => text + (color === undefined ? '' : ` [${color}]`))
      .join(''),
  );
}
