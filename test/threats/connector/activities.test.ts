import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../../local/people.ts';
import { inParallel } from '../../support/network/crowd.ts';
import { CARD, replies } from '../../support/teams/chat.ts';
import { withAnotherBot } from '../../support/world/another-bot.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../../support/world/outcomes.ts';
import { type SearchResponse, startWorld, type World } from '../../support/world/world.ts';

const { contoso, fabrikam } = TENANTS;

type Change = (activity: Record<string, unknown>) => void;

/** Identities and values of activities, from a signed-in person, with one unusual value after another. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

/** A search of a signed-in person, with a changed activity. */
const search = (change: Change) => world.post(ADA, { text: 'lakers' }, change);
const oid = (value: unknown): Change => merging({ from: { id: '29:1x', name: 'Ada', aadObjectId: value } });
const tenant = (value: unknown): Change =>
  merging({ channelData: { tenant: { id: value } }, conversation: { id: '19:x', conversationType: 'personal' } });
const merging =
  (change: object): Change =>
  (activity) =>
    void Object.assign(activity, change);
/** Uses JSON.parse, so that special names such as `__proto__` become members. */
const json = (text: string): Change => merging(JSON.parse(text));

const NOT_GUIDS: Record<string, unknown> = {
  absent: undefined,
  null: null,
  empty: '',
  'a number': 1,
  'a name': 'ada',
  __proto__: '__proto__',
  constructor: 'constructor',
  'the array of it': [ADA.objectId],
  'an object': { id: ADA.objectId },
  'an object that cannot be a text': { toString: 1, valueOf: 1 },
  true: true,
  'in braces': `{${ADA.objectId}}`,
  'without dashes': ADA.objectId.replaceAll('-', ''),
  'one digit short': ADA.objectId.slice(0, -1),
  'one digit more': `${ADA.objectId}0`,
  'a blank before': ` ${ADA.objectId}`,
  'a line end after': `${ADA.objectId}\n`,
  'NUL after': `${ADA.objectId}\0`,
  'a letter that is no hex digit': ADA.objectId.replace('a', 'g'),
  'digits of another script': ADA.objectId.replaceAll('0', '٠'),
  'the nil GUID': '00000000-0000-0000-0000-000000000000',
  'two of them': `${ADA.objectId},${ADA.objectId}`,
};

/** Each answer has no identity and no sign-in, and nothing else happens. */
async function toldNoIdentity(vectors: Record<string, Change>, outcome = '200 message'): Promise<void> {
  const before = await sideEffects(world);
  const messages = new Set<string | undefined>();
  const outcomes = await outcomesOf(vectors, async (change) => {
    const result = await search(change);
    messages.add((result.body as { composeExtension?: SearchResponse } | undefined)?.composeExtension?.text);
    expect(JSON.stringify(result.body ?? {})).not.toContain('ticket');
    return result;
  });
  expect(outcomes).toEqual(all(vectors, outcome));
  if (outcome === '200 message')
    expect([...messages]).toEqual([expect.stringContaining('Teams did not tell Latchkey who you are')]);
  expect(await sideEffects(world)).toEqual(before);
  expect(await failedRequests()).toEqual([]);
}

test('T8: without a GUID of the user the bot explains that, and offers no sign-in', async () => {
  const each = (make: (value: unknown) => Change) =>
    Object.fromEntries(Object.entries(NOT_GUIDS).map(([name, value]) => [name, make(value)]));
  await toldNoIdentity(each(oid));
  await toldNoIdentity(each(tenant));
});

test('T8: an activity with an identity in an unusual form gets the same message', async () => {
  const { objectId, tenantId } = ADA;
  await toldNoIdentity({
    'no from': merging({ from: undefined }),
    'from null': merging({ from: null }),
    'from a text': merging({ from: objectId }),
    'from an array': merging({ from: [{ aadObjectId: objectId }] }),
    'from by its prototype': json(`{"from":{"__proto__":{"aadObjectId":"${objectId}"}}}`),
    'the id in another member': merging({ from: { id: objectId, objectId, aadobjectid: objectId } }),
    'the id in channelData': merging({
      from: { id: '29:1x' },
      channelData: { tenant: { id: tenantId }, aadObjectId: objectId },
    }),
    'no channelData, no tenant in the conversation': merging({ channelData: undefined, conversation: { id: '19:x' } }),
    'the conversation’s tenant alone': json(`{"channelData":{},"conversation":{"id":"19:x","tenantId":"${tenantId}"}}`),
    'the conversation’s tenant, channelData null': merging({ channelData: null }),
    'the conversation’s tenant, channelData empty': merging({ channelData: '' }),
    'the conversation’s tenant, an empty tenant': merging({ channelData: { tenant: { id: '' } } }),
    'channelData null, no conversation': merging({ channelData: null, conversation: undefined }),
    'channelData a text, conversation null': merging({ channelData: tenantId, conversation: null }),
    'tenant a text': merging({ channelData: { tenant: tenantId }, conversation: {} }),
    'tenant an array': merging({ channelData: { tenant: [{ id: tenantId }] }, conversation: {} }),
    'tenant by its prototype': json(`{"channelData":{"__proto__":{"tenant":{"id":"${tenantId}"}}},"conversation":{}}`),
    'tenants that agree and are none': merging({
      channelData: { tenant: { id: 'x' } },
      conversation: { tenantId: 'X' },
    }),
  });
});

test('T8: two tenants in one activity are refused, whichever is right', async () => {
  const two = (channel: unknown, conversation: unknown) =>
    merging({ channelData: { tenant: { id: channel } }, conversation: { id: '19:x', tenantId: conversation } });
  const vectors = {
    'another tenant’s conversation': two(contoso, fabrikam),
    'another tenant’s channel': two(fabrikam, contoso),
    'an array in the conversation': two(contoso, [contoso]),
    'an array in channelData': two([contoso], contoso),
    'a number': two(contoso, 0),
    'an object': two(contoso, {}),
    'an object that cannot be a text': two(contoso, { toString: 1, valueOf: 1 }),
    'the same object twice': two({ toString: 1 }, { toString: 1 }),
  };
  await toldNoIdentity(vectors, '403');
});

test('an empty tenant in the conversation is ignored: the one in channelData counts', async () => {
  const vectors = Object.fromEntries(
    [null, '', undefined].map((tenantId) => [
      String(JSON.stringify(tenantId)),
      merging({ conversation: { id: '19:x', conversationType: 'personal', tenantId } }),
    ]),
  );
  expect(await outcomesOf(vectors, search)).toEqual(all(vectors, '200 result'));
});

test('T8: ids in capitals are the same person, in the store too', async () => {
  const upper = { from: { id: '29:1x', name: 'Ada', aadObjectId: ADA.objectId.toUpperCase() } };
  const loudTenant = contoso.toUpperCase();
  const vectors = {
    'the object id': merging(upper),
    'the tenant': tenant(loudTenant),
    'all of it': merging({
      ...upper,
      channelData: { tenant: { id: loudTenant } },
      conversation: { id: '19:x', tenantId: loudTenant },
    }),
    'the conversation’s tenant alone': merging({ conversation: { id: '19:x', tenantId: loudTenant } }),
  };
  expect(await outcomesOf(vectors, search)).toEqual(all(vectors, '200 result'));
  const loud: Person = { ...GRACE, objectId: GRACE.objectId.toUpperCase(), tenantId: loudTenant };
  await world.signIn(loud, { as: GRACE });
  expect((await world.search(GRACE)).type).toBe('result');
  expect(world.rows('links').map(({ object_id }) => object_id)).toContain(GRACE.objectId);
});

test('T8: the same object id in two tenants is two people', async () => {
  expect((await world.search({ ...ADA, tenantId: fabrikam })).type).toBe('auth');
  expect((await world.search(ADA)).type).toBe('result');
  // The bot did not even read Ada's link for the other person: it could not have opened it.
  expect(world.bot.output()).not.toContain('credential.tampered');
});

test.each([
  ['one is named', { ALLOWED_TENANTS: ` ${contoso.toUpperCase()} ` }, '200 message', '200 result'],
  ['none is named: the bot’s own', { ALLOWED_TENANTS: '', BOT_TENANT_ID: fabrikam }, '200 auth', '200 message'],
  ['* allows all tenants', { ALLOWED_TENANTS: '*', BOT_TENANT_ID: contoso }, '200 auth', '200 result'],
])('T11: people of a tenant that is not allowed get a message and no ticket (%s)', async (_, env, linus, ada) => {
  await withAnotherBot(world, env, async ({ url }) => {
    const ask = async (person: Person) => {
      const result = await world.post(person, { text: 'lakers' }, undefined, { botUrl: url });
      if (outcomeOf(result) === '200 message') {
        expect(result.body).toEqual({
          composeExtension: { type: 'message', text: expect.stringContaining('not turned on for your organization') },
        });
      }
      return outcomeOf(result);
    };
    const before = await sideEffects(world);
    expect([await ask(LINUS), await ask({ ...ADA, tenantId: fabrikam })]).toEqual([linus, linus]);
    expect(await sideEffects(world)).toEqual(before);
    expect(await ask(ADA)).toBe(ada);
  });
});

type Members = Record<string, unknown>;

const post = async (members: Members) => outcomeOf(await search(merging(members)));

/** The bot's own maintenance may hit the missing table, too. */
const failedRequests = async () => (await failuresOf(world)).filter(({ msg }) => msg !== 'housekeeping failed');

/** Posts an activity for each vector while the store has no table of links, which every query reads first. So the
 * test notices each use of the store. (The other tables stay: the bot sweeps them by itself.) Returns the vectors
 * with another status. */
async function withoutStore(vectors: Record<string, Members>, statuses: readonly string[]): Promise<void> {
  const before = await sideEffects(world);
  world.sql('ALTER TABLE links RENAME TO links_away');
  const astray: Record<string, string> = {};
  try {
    await inParallel(Object.entries(vectors), 8, async ([name, members]) => {
      const outcome = await post(members);
      if (!statuses.includes(outcome)) astray[name] = outcome;
    });
  } finally {
    world.sql('ALTER TABLE links_away RENAME TO links');
  }
  expect(astray).toEqual({});
  expect(await failedRequests()).toEqual([]);
  expect(await sideEffects(world)).toEqual(before);
  expect(await post({})).toBe('200 result');
}

/** The answers contain no result, no account and no ticket. */
function expectTextAlone(): void {
  const messages = replies(world).map(({ reply }) => reply);
  const kinds = messages.flatMap(({ attachments = [] }) => attachments.map(({ contentType }) => contentType));
  expect([...new Set(kinds)].filter((kind) => kind !== CARD.hero)).toEqual([]);
  expect(JSON.stringify(messages)).not.toContain('ticket=');
}

const ODD_VALUES: unknown[] = [undefined, null, '', 'text', 0, 1, true, [], [1], {}, { __proto__: null, a: 1 }];

const words = (text: string) => text.split(/\s+/);

const OTHER_INVOKES = [
  ...words(`tab/fetch tab/submit adaptiveCard/action application/search fileConsent/invoke config/fetch config/submit
    actionableMessage/executeAction message/submitAction message/fetchTask composeextension/query composeExtension/Query
    __proto__ constructor onInvokeActivity`),
  'composeExtension/query ',
  'x'.repeat(100_000),
];

test('T10: an invoke that Latchkey does not support is 501, whatever it contains', async () => {
  const honest = {
    commandId: 'insertWiki',
    url: 'https://wiki.example/x',
    state: '123456',
    data: {},
    action: 'accept',
  };
  const values = [...ODD_VALUES, honest];
  const vectors = Object.fromEntries(
    OTHER_INVOKES.flatMap((name): [string, Members][] =>
      values.map((value, i) => [`${name.slice(0, 40)} #${i}`, { name, value }]),
    ),
  );
  for (const name of [undefined, null, '', 1, ['composeExtension/query'], {}])
    vectors[`name ${JSON.stringify(name)}`] = { name };
  await withoutStore(vectors, ['501']);
});

test('T10: the bot handles the invokes of a chat, whatever they contain', async () => {
  const vectors = (name: string) =>
    Object.fromEntries(ODD_VALUES.map((value, i): [string, Members] => [`${name} #${i}`, { name, value }]));
  await withoutStore(vectors('signin/verifyState'), ['400', '404']);
  await withoutStore(vectors('signin/tokenExchange'), ['400']);
  await withoutStore(vectors('signin/failure'), ['200']);
});

const GOOD = { commandId: 'insertWiki', parameters: [{ name: 'searchKeyword', value: 'lakers' }] };

test('T10: a query without a value, or with an invalid one, is 400', async () => {
  const commands = [
    undefined,
    null,
    '',
    1,
    [],
    ['insertWiki'],
    {},
    'unknown',
    '__proto__',
    'constructor',
    'INSERTWIKI',
  ];
  const lists = ['text', 1, true, { 0: GOOD.parameters[0], length: 1 }];
  const values = [
    ...ODD_VALUES,
    ...commands.map((commandId) => ({ ...GOOD, commandId })),
    ...lists.map((parameters) => ({ ...GOOD, parameters })),
    ...[['lakers'], { toString: 1 }].map((value) => ({ ...GOOD, parameters: [{ name: 'searchKeyword', value }] })),
  ];
  const vectors = values.map((value, i): [string, Members] => [`#${i} ${JSON.stringify(value)}`, { value }]);
  await withoutStore(Object.fromEntries(vectors), ['400']);
});

test('T10: a query with unusual values in members that the bot does not need is answered', async () => {
  const odd: Members[] = [
    { ...GOOD, parameters: [null, 1, 'x', [], ...GOOD.parameters] },
    { ...GOOD, parameters: null },
    { ...GOOD, parameters: {} },
    { ...GOOD, parameters: [{ name: 'searchKeyword', value: {} }] },
    { ...GOOD, queryOptions: null },
    { ...GOOD, queryOptions: { skip: 0, count: 0 } },
    { ...GOOD, queryOptions: 'x' },
    { ...GOOD, queryOptions: { skip: 'x', count: {} } },
    { ...GOOD, queryOptions: { skip: -1, count: 1e300 } },
    { ...GOOD, authentication: { token: 5 } },
    { ...GOOD, authentication: '' },
    { ...GOOD, state: { a: 1 } },
    { ...GOOD, state: {} },
    { ...GOOD, state: null },
  ];
  for (const value of odd) expect([value, await post({ value })]).toEqual([value, '200 result']);
  for (const locale of [null, 1, [], {}, '', '../../x', '__proto__', 'x'.repeat(1000), 'de_DE', '-']) {
    expect([locale, await post({ locale })]).toEqual([locale, '200 result']);
  }
  expect(await failedRequests()).toEqual([]);
});

const OTHER_TYPES = words(`message conversationUpdate messageReaction messageUpdate messageDelete installationUpdate
  event typing endOfConversation contactRelationUpdate handoff suggestion trace command commandResult delay
  deleteUserData Invoke invokeResponse unknown __proto__ constructor`);
const ODD_MEMBERS =
  words(`text membersAdded membersRemoved reactionsAdded reactionsRemoved channelData conversation from
  entities attachments name value action locale id timestamp replyToId deliveryMode relatesTo callerId`);

test('T10: the bot accepts other activities, whatever their form, and does nothing except greet', async () => {
  const vectors: Record<string, Members> = Object.fromEntries(OTHER_TYPES.map((type) => [type, { type }]));
  for (const [i, value] of ODD_VALUES.entries()) {
    const allOdd = Object.fromEntries(ODD_MEMBERS.map((member) => [member, value]));
    for (const type of OTHER_TYPES) vectors[`${type}, everything #${i}`] = { type, ...allOdd };
    // Also one at a time: the first unusual value must not hide the next.
    for (const [at, member] of ODD_MEMBERS.entries()) {
      const type = OTHER_TYPES[(at + i) % 8];
      vectors[`${type}, ${member} #${i}`] = { type, [member]: value };
    }
  }
  await withoutStore(vectors, ['200', '400', '501']);
  expectTextAlone();
});

test('T10: members, events and deliveries in the form of Teams and other channels have no effect either', async () => {
  const ids = [{ id: '28:x' }, { id: ADA.objectId }, null, 1, {}];
  const team = { tenant: { id: ADA.tenantId }, team: { id: 'x' }, channel: { id: 'y' } };
  const teamEvents = words('channelCreated channelDeleted teamRenamed teamMemberAdded teamArchived x');
  const meetingEvents = words('meetingStart meetingEnd readReceipt meetingParticipantJoin meetingParticipantLeave');
  const activities: Members[] = [
    ...[...teamEvents, 1, null, {}].map((eventType) => {
      const channelData = { ...team, eventType };
      return { type: 'conversationUpdate', membersAdded: ids, membersRemoved: ids, channelData };
    }),
    ...meetingEvents.flatMap((name) =>
      ODD_VALUES.map((value) => ({ type: 'event', name: `application/vnd.microsoft.${name}`, value })),
    ),
    ...words('editMessage undeleteMessage softDeleteMessage').flatMap((eventType) =>
      ['messageUpdate', 'messageDelete'].map((type) => ({ type, channelData: { eventType } })),
    ),
    ...['expectReplies', 'ephemeral', 'stream', 1, {}].flatMap((deliveryMode) =>
      ['message', 'event', 'conversationUpdate'].map((type) => ({ type, deliveryMode })),
    ),
    ...['add', 'remove', 'add-upgrade', 1, {}].map((action) => ({ type: 'installationUpdate', action })),
  ];
  const vectors = Object.fromEntries(activities.map((members, i) => [`#${i} ${JSON.stringify(members)}`, members]));
  await withoutStore(vectors, ['200', '400', '501']);
  expectTextAlone();
});

test('T10: an activity without a type is 400', async () => {
  const vectors = Object.fromEntries(
    [undefined, null, '', 1, true, [], ['invoke'], {}].map((type) => [`type ${JSON.stringify(type)}`, { type }]),
  );
  await withoutStore(vectors, ['400 request.malformed']);
});

test('T10: control: without the table of links a normal query fails', async () => {
  world.sql('ALTER TABLE links RENAME TO links_away');
  try {
    expect(await post({})).toBe('200 message');
  } finally {
    world.sql('ALTER TABLE links_away RENAME TO links');
  }
  expect((await failedRequests()).map(({ msg }) => msg)).toEqual(['request failed']);
});
