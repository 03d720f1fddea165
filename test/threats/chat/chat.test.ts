import { beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BOT_ID, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { buttonsOf, CARD, replies, repliesTo, tell, textOf, ticketsIn } from '../../support/teams/chat.ts';
import { NO_ROWS, rowCounts } from '../../support/world/evidence.ts';
import { useWorld } from '../../support/world/use-world.ts';

/** A chat with the bot in Teams: the bot's messages, by conversation and person. */
const world = useWorld();

const GROUP = { id: '19:meeting@thread.v2', conversationType: 'groupChat' };
const PLAYGROUND_CARD =
  '<span class="inline-compose-card" itemid="0" itemtype="http://schema.skype.com/InputExtension">\n  <span content="0" itemprop="cardId"></span>\n</span>';
const CHANNEL = { id: '19:general@thread.tacv2', conversationType: 'channel' };

async function sendOne(person: Person, message: Parameters<typeof tell>[2]) {
  const all = await tell(world, person, message);
  expect(all.length).toBe(1);
  return all[0] ?? { type: 'none' };
}

/** The titles of the results of a search. */
async function found(person: Person, text: string): Promise<string[]> {
  const [reply] = await tell(world, person, text);
  expect(reply?.attachments?.every(({ contentType }) => contentType === CARD.adaptive)).toBe(true);
  return (reply?.attachments ?? []).map(({ content }) => JSON.stringify(content));
}

/** The data of the button for more results. */
function showMoreIn(reply: Awaited<ReturnType<typeof tell>>[number]): Record<string, unknown> {
  const [, data] = /"data":(\{"more":.*?\}\}\})/.exec(JSON.stringify(reply.attachments)) ?? [];
  return JSON.parse(data ?? '{}');
}

describe('signed out', () => {
  test('“sign in” shows one card: a button for each connection opens our own page, and one of them is enough', async () => {
    const reply = await sendOne(ADA, 'sign in');
    expect(reply.attachments?.map(({ contentType }) => contentType)).toEqual([CARD.signIn]);
    expect(textOf(reply)).toBe('Sign in to one of these to search. You can add others later.');
    expect(buttonsOf(reply).map(({ type, title }) => [type, title])).toEqual([
      ['signin', 'Sign in to Contoso wiki'],
      ['signin', 'Sign in to Contoso handbook'],
    ]);
    for (const { value } of buttonsOf(reply)) expect(value).toMatch(`${world.botUrl}/auth/start?ticket=`);
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('“sign in Contoso handbook” signs in to that connection', async () => {
    const reply = await sendOne(ADA, 'Sign in Contoso handbook');
    expect([...ticketsIn(reply).keys()]).toEqual(['Sign in to Contoso handbook']);
  });

  test('“search …” asks for a sign-in; the bot does not search', async () => {
    const reply = await sendOne(ADA, 'search lakers');
    expect([...ticketsIn(reply).keys()]).toEqual(['Sign in to Contoso wiki', 'Sign in to Contoso handbook']);
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('“sign out” answers that the person is not signed in anywhere', async () => {
    expect(textOf(await sendOne(ADA, 'sign out'))).toBe('You are not signed in to any connection.');
  });

  test('after any other text the bot says what it can do; it searches only for “search …”', async () => {
    const reply = await sendOne(ADA, 'los angeles');
    expect(textOf(reply)).toBe('I did not understand “los angeles”.');
    expect(buttonsOf(reply)).toEqual([
      { type: 'imBack', title: 'Search for “los angeles”', value: 'search los angeles' },
      { type: 'imBack', title: 'help', value: 'help' },
    ]);
  });

  test.each(['  HELP  ', '<at>Latchkey</at>', '?'])('the bot greets %j', async (text) => {
    const reply = await sendOne(ADA, text);
    expect(textOf(reply)).toContain('I search Contoso wiki and Contoso handbook with your own account.');
    expect(buttonsOf(reply).map(({ value }) => value)).toEqual(['sign in', 'who am i', 'sign out']);
  });

  const card = { contentType: CARD.adaptive, content: { type: 'AdaptiveCard', version: '1.3', body: [] } };
  test.each<[string, object]>([
    ['a result that another person sent there', { text: undefined, attachments: [card] }],
    ['a result, as Teams marks its place', { text: '<attachment id="1a2b"></attachment>', attachments: [card] }],
    ['a result, as the Agents Playground marks its place', { text: `\n${PLAYGROUND_CARD}\n`, attachments: [card] }],
    ['a picture', { text: '', attachments: [{ contentType: 'image/png', contentUrl: 'https://x.example/1.png' }] }],
    ['a quotation', { text: '<blockquote itemtype="x"><b>Grace</b>\n<p>help</p></blockquote>\r\n' }],
    ['no text at all', { text: ' ' }],
  ])('the bot does not answer %s', async (_, members) => {
    expect(await repliesTo(world, { ...world.connector.messageActivity(ADA, { text: 'x' }), ...members })).toEqual([]);
  });

  test('the bot answers the text beside a card or a quotation, without its markup', async () => {
    const beside = (text: string) =>
      repliesTo(world, { ...world.connector.messageActivity(ADA, { text }), attachments: [card] });
    const [unknown] = await beside('los angeles <attachment id="1a2b"></attachment>');
    expect(textOf(unknown)).toBe('I did not understand “los angeles”.');
    const [fromPlayground] = await beside(`los angeles\n${PLAYGROUND_CARD}`);
    expect(textOf(fromPlayground)).toBe('I did not understand “los angeles”.');
    const [greeting] = await beside('<blockquote><p>search x</p></blockquote>help');
    expect(textOf(greeting)).toContain('with your own account');
  });

  test.each([
    ['de-DE', 'anmelden', 'Bei Contoso wiki anmelden'],
    ['ja-JP', 'サインイン', 'Contoso wiki にサインイン'],
    ['de-DE', 'sign in', 'Bei Contoso wiki anmelden'],
  ])('%s: “%s” asks for a sign-in, in that language', async (locale, text, title) => {
    const reply = await sendOne(ADA, { text, locale });
    expect([...ticketsIn(reply).keys()][0]).toBe(title);
  });

  // Teams for iOS sends such activities.
  test.each<[string, object]>([
    ['absent', { locale: undefined }],
    ['null', { locale: null }],
    ['empty', { locale: '' }],
  ])(
    'locale %s, German in clientInfo: “hilfe” gets the greeting and “anmelden” asks for a sign-in, in German',
    async (_, odd) => {
      const phone = { type: 'clientInfo', locale: 'de-DE', country: 'DE', platform: 'iOS' };
      const send = async (text: string) => {
        const message = world.connector.messageActivity(ADA, { text });
        return (await repliesTo(world, { ...message, ...odd, entities: [{ type: 'mention' }, phone] }))[0];
      };
      expect(buttonsOf(await send('hilfe')).map(({ value }) => value)).toEqual(['anmelden', 'wer bin ich', 'abmelden']);
      expect([...ticketsIn(await send('anmelden')).keys()][0]).toBe('Bei Contoso wiki anmelden');
    },
  );

  test.each([undefined, null, [], [null], [{ type: 'clientInfo' }], [{ type: 'clientInfo', locale: 5 }]])(
    'no language at all (%j): the bot understands “suche lakers”, and answers in English',
    async (entities) => {
      const message = world.connector.messageActivity(ADA, { text: 'suche lakers' });
      const [reply] = await repliesTo(world, { ...message, locale: undefined, entities });
      expect([...ticketsIn(reply).keys()][0]).toBe('Sign in to Contoso wiki');
    },
  );

  test('T51: the bot repeats a message as text, not as markup', async () => {
    const reply = await sendOne(ADA, '[now](https://attacker.example) <b>x</b>');
    expect(textOf(reply)).not.toMatch(/\]\(|<b>/);
  });
});

describe('signed in', () => {
  beforeEach(() => world.signIn(ADA));

  test('“search …” shows the cards of the messaging extension side by side', async () => {
    const requested = await world.search(ADA, { text: 'lakers' });
    const [reply, more, others] = await tell(world, ADA, 'search lakers');
    expect(reply?.attachmentLayout).toBe('carousel');
    const cards = reply?.attachments?.map(({ content }) => JSON.stringify(content)) ?? [];
    expect(cards).toHaveLength(10);
    for (const card of cards)
      expect(requested.attachments?.map(({ content }) => JSON.stringify(content))).toContain(card);
    expect(JSON.stringify(more)).toMatch(/There are \d+ more results\./);
    expect(textOf(others)).toBe('You are not signed in to Contoso handbook. To search there too, send “sign in”.');
  });

  test('“Show more” shows the next results, until there are no more', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const titles: string[] = [];
    let message: string | Parameters<typeof tell>[2] = 'search lakers';
    let left: number | undefined;
    for (;;) {
      const [cards, more, ...others] = await tell(world, ADA, message);
      expect(others).toEqual([]);
      const shown = (cards?.attachments ?? []).map(({ content }) => JSON.stringify(content));
      titles.push(...shown);
      if (left !== undefined) expect(shown.length).toBe(Math.min(10, left));
      if (!more) break;
      expect(shown.length).toBe(10);
      const [, count] = /There (?:is|are) (\d+) more results?\./.exec(JSON.stringify(more)) ?? [];
      if (left !== undefined) expect(Number(count)).toBe(left - 10);
      left = Number(count);
      message = { value: showMoreIn(more) };
    }
    expect(titles.length).toBeGreaterThan(20);
    expect(new Set(titles).size).toBe(titles.length);
  });

  // test/contract/teams/chat-functions.test.ts has more invalid data.
  test('T10: the bot limits the numbers in the data of “Show more”', async () => {
    expect(await tell(world, ADA, { value: { more: { text: 'x', seen: { wiki: -1 } } } })).toEqual([]);
    expect(textOf(await sendOne(ADA, { value: { more: { text: 'lakers', seen: { other: 1 } } } }))).toBe(
      'There are no more results.',
    );
  });

  test('no results: the bot says so, with the text of the search', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const reply = await sendOne(ADA, 'search xyzzyqwert');
    expect(textOf(reply)).toContain('No results for “xyzzyqwert” in Contoso wiki.');
    expect(textOf(reply)).toContain('No results for “xyzzyqwert” in Contoso handbook.');
  });

  test('“who am i” shows each account; its buttons sign out of one, and sign in with another account', async () => {
    const card = JSON.stringify((await sendOne(ADA, 'Who am I?')).attachments);
    expect(card).toContain('Signed in as');
    expect(card).toContain('"data":{"signOut":"wiki"}');
    const other = await sendOne(ADA, { value: { switchAccount: 'wiki' } });
    expect([...ticketsIn(other).keys()]).toEqual(['Sign in to Contoso wiki']);
    expect(rowCounts(world).links).toBe(1);
    expect(textOf(await sendOne(ADA, { value: { signOut: 'wiki' } }))).toContain('You are signed out of Contoso wiki.');
    expect(rowCounts(world).links).toBe(0);
  });

  test('T62: “sign out” signs the person out of all connections, and no one else', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    await world.signIn(GRACE);
    expect(textOf(await sendOne(ADA, 'sign out'))).toContain('Contoso wiki and Contoso handbook');
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('result');
  });

  // test/contract/teams/chat-functions.test.ts has more names.
  test.each(['sign out of the handbok', 'sign out: Contoso handbook, please'])(
    '“%s” signs out of the handbook only',
    async (text) => {
      await world.signIn(ADA, { connection: 'handbook' });
      expect(textOf(await sendOne(ADA, text))).toBe('You are signed out of Contoso handbook. Search again to sign in.');
      expect(rowCounts(world).links).toBe(1);
    },
  );

  test.each(['sign out of the intranet', 'sign out of Contoso'])(
    '“%s” signs out of no connection: the bot asks which one, and its button signs out of that one',
    async (text) => {
      await world.signIn(ADA, { connection: 'handbook' });
      const card = JSON.stringify((await sendOne(ADA, text)).attachments);
      expect(card).toContain('Which connection do you want to sign out of?');
      expect(card.match(/"Sign out of [^"]+"/g)).toEqual([
        '"Sign out of Contoso wiki"',
        '"Sign out of Contoso handbook"',
        '"Sign out of all"',
      ]);
      expect(rowCounts(world).links).toBe(2);
      await sendOne(ADA, { value: { signOut: 'handbook' } });
      expect(rowCounts(world).links).toBe(1);
    },
  );

  test('“sign out of the handbook” tells a person with another sign-in that they are not signed in to the handbook', async () => {
    expect(textOf(await sendOne(ADA, 'sign out of the handbook'))).toMatch(
      /^You are not signed in to Contoso handbook\./,
    );
    expect(rowCounts(world).links).toBe(1);
  });

  test('after “search” alone the bot asks what to look for, and searches for the next message', async () => {
    expect(textOf(await sendOne(ADA, 'search'))).toBe('What do you want to search for? Send a few words.');
    expect((await found(ADA, 'lakers')).join()).toContain('Lakers');
    expect(textOf(await sendOne(ADA, 'lakers'))).toBe('I did not understand “lakers”.');
  });

  test('a command after that question is a command, and ends the question', async () => {
    await sendOne(ADA, 'search');
    expect(textOf(await sendOne(ADA, 'help'))).toContain('I search Contoso wiki');
    expect(textOf(await sendOne(ADA, 'lakers'))).toBe('I did not understand “lakers”.');
  });

  test('T56: only the person who was asked can answer that question, in that conversation', async () => {
    await world.signIn(GRACE);
    await sendOne(ADA, 'search');
    const elsewhere = { id: 'a:another', conversationType: 'personal' };
    expect(textOf(await sendOne(GRACE, 'lakers'))).toBe('I did not understand “lakers”.');
    const { conversation } = world.connector.messageActivity(ADA, { text: 'x' });
    const existing = { id: conversation.id, conversationType: 'personal' };
    expect(textOf(await sendOne(GRACE, { text: 'lakers', conversation: existing }))).toMatch(/^I did not understand/);
    expect(textOf(await sendOne(ADA, { text: 'lakers', conversation: elsewhere }))).toMatch(/^I did not understand/);
    expect((await found(ADA, 'lakers')).join()).toContain('Lakers');
  });

  test('T56: each person reads with their own account: Ada sees the restricted page, Grace does not', async () => {
    await world.signIn(GRACE);
    const [ada, grace] = [await found(ADA, 'search lakers'), await found(GRACE, 'search lakers')];
    expect(ada.join()).toContain('(restricted)');
    expect(grace.join()).not.toContain('(restricted)');
  });

  test('T87: the bot answers a message that is delivered twice only once', async () => {
    const activity = world.connector.messageActivity(ADA, { text: 'search lakers' });
    expect((await repliesTo(world, activity)).length).toBeGreaterThan(0);
    expect(await repliesTo(world, activity)).toEqual([]);
  });

  test('T78: the bot reports a failed store with a reference, and no request fails', async () => {
    world.sql('ALTER TABLE links RENAME TO links_away');
    try {
      for (const text of ['search lakers', 'who am i', 'sign out']) {
        expect([text, textOf(await sendOne(ADA, text))]).toEqual([text, expect.stringMatching(/Reference: \w{8}/)]);
      }
    } finally {
      world.sql('ALTER TABLE links_away RENAME TO links');
    }
  });
});

describe('T56: where others read', () => {
  test.each([
    ['a group chat', GROUP],
    ['a channel', CHANNEL],
  ])('%s: the bot says nothing personal, and offers a personal chat', async (_, conversation) => {
    await world.signIn(ADA);
    for (const message of [
      { text: '<at>Latchkey</at> search lakers' },
      { text: 'who am i' },
      { text: 'sign in' },
      { text: 'help' },
      { value: { signOut: 'wiki' } },
    ]) {
      const reply = await sendOne(ADA, { ...message, conversation });
      expect(textOf(reply)).toBe('Your results are only for you, so I reply in a personal chat.');
      expect(buttonsOf(reply)).toEqual([
        {
          type: 'openUrl',
          title: 'Open a personal chat',
          value: `https://teams.microsoft.com/l/chat/0/0?users=28:${BOT_ID}`,
        },
      ]);
    }
    expect(rowCounts(world).links).toBe(1);
  });

  test('a conversation without a type counts as one that others read', async () => {
    const activity = world.connector.messageActivity(ADA, { text: 'sign in' });
    for (const conversation of [{ id: 'a:x' }, { ...activity.conversation, isGroup: true }]) {
      const [reply] = await repliesTo(world, { ...activity, id: undefined, conversation });
      expect(textOf(reply)).toContain('personal chat');
    }
  });
});

describe('identity', () => {
  test('T8: on a channel where any user may write, an object id identifies no person', async () => {
    await world.signIn(ADA);
    const activity = world.connector.messageActivity(ADA, { text: 'search lakers' });
    for (const channelId of ['directline', 'webchat', 'emulator', 'skype']) {
      const sent = { ...activity, id: undefined, channelId };
      const messages = await repliesTo(world, sent);
      expect([channelId, messages.length]).toEqual([channelId, 1]);
      expect(messages[0]?.attachments?.some(({ contentType }) => contentType === CARD.adaptive) ?? false).toBe(false);
    }
    for (const channelId of ['directline', 'webchat', 'emulator', 'skype']) {
      const { body } = await world.post(ADA, { text: 'lakers' }, (query) => Object.assign(query, { channelId }));
      expect([channelId, body]).toMatchObject([channelId, { composeExtension: { type: 'message' } }]);
    }
  });

  test('T68: a Direct Line user has no identity here: Direct Line is off', async () => {
    const activity = world.connector.messageActivity(ADA, { text: 'sign in' });
    const [reply] = await repliesTo(world, {
      ...activity,
      channelId: 'directline',
      from: { id: 'dl_0123456789abcdef0123456789abcdef', name: 'x' },
    });
    expect(buttonsOf(reply)).toEqual([]);
  });

  test('T8: the bot does not answer an activity with two tenants', async () => {
    const activity = world.connector.messageActivity(ADA, { text: 'sign in' });
    const conversation = { ...activity.conversation, tenantId: LINUS.tenantId };
    expect(await repliesTo(world, { ...activity, conversation })).toEqual([]);
  });

  test('T8: a person without an identity reads so, and gets no ticket', async () => {
    const activity = world.connector.messageActivity(ADA, { text: 'sign in' });
    const [reply] = await repliesTo(world, { ...activity, from: { id: '29:x', name: 'x' } });
    expect(textOf(reply)).toMatch(/did not tell Latchkey who you are/);
    expect(buttonsOf(reply)).toEqual([]);
  });
});

describe('a new user', () => {
  test('after the installation the bot greets once, and writes no row', async () => {
    const before = replies(world).length;
    for (const activity of world.connector.installationActivities(GRACE)) {
      await world.connector.post(world.botUrl, activity);
    }
    const messages = replies(world).slice(before);
    expect(messages.map(({ reply }) => textOf(reply))).toEqual([
      'I search Contoso wiki and Contoso handbook with your own account. Only you see the results. Send “search” and a few words. Other commands:',
    ]);
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('in a group it says where it answers', async () => {
    const activities = world.connector.installationActivities(GRACE, { conversation: GROUP });
    const messages = (await Promise.all(activities.map((activity) => repliesTo(world, activity)))).flat();
    expect(new Set(messages.map(textOf))).toEqual(
      new Set(['Your results are only for you, so I reply in a personal chat.']),
    );
  });
});

test('a reply goes to the conversation and activity that it answers', async () => {
  const activity = world.connector.messageActivity(ADA, { text: 'help' });
  const before = replies(world).length;
  await world.connector.post(world.botUrl, activity);
  const [message] = replies(world).slice(before);
  expect(message?.conversationId).toBe(activity.conversation.id);
  expect(message?.reply).toMatchObject({ replyToId: activity.id, recipient: { id: activity.from.id } });
});
