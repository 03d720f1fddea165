import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { CARD, replies } from '../support/chat.ts';
import { inParallel } from '../support/crowd.ts';
import { failuresOf, outcomeOf, sideEffects } from '../support/outcomes.ts';
import { startWorld, type World } from '../support/world.ts';

// Asked by somebody who is signed in, while the store has no table of links, which is what every query asks first:
// whoever touched the store would be found out. (The other tables stay: the bot sweeps them by itself.)
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const GONE = { text: 'lakers' };
type Members = Record<string, unknown>;

async function post(members: Members): Promise<string> {
  return outcomeOf(await world.post(ADA, GONE, (activity) => Object.assign(activity, members)));
}

/** The bot's own housekeeping may meet the missing table, too. */
const failedRequests = async () => (await failuresOf(world)).filter(({ msg }) => msg !== 'housekeeping failed');

/** Posts an activity for each vector while no query of the store could succeed; names those with another status. */
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

/** What was said meanwhile tells nobody anything: no result, no account, no ticket. */
function expectTextAlone(): void {
  const messages = replies(world).map(({ reply }) => reply);
  const kinds = messages.flatMap(({ attachments = [] }) => attachments.map(({ contentType }) => contentType));
  expect([...new Set(kinds)].filter((kind) => kind !== CARD.hero)).toEqual([]);
  expect(JSON.stringify(messages)).not.toContain('ticket=');
}

const ODD_VALUES: unknown[] = [undefined, null, '', 'text', 0, 1, true, [], [1], {}, { __proto__: null, a: 1 }];

const OTHER_INVOKES = [
  'tab/fetch',
  'tab/submit',
  'adaptiveCard/action',
  'application/search',
  'fileConsent/invoke',
  'actionableMessage/executeAction',
  'config/fetch',
  'config/submit',
  'message/submitAction',
  'message/fetchTask',
  'composeExtension/Query',
  'composeExtension/query ',
  'composeextension/query',
  '__proto__',
  'constructor',
  'onInvokeActivity',
  'x'.repeat(100_000),
];

test('T10: an invoke that Latchkey does not answer is 501, whatever it holds', async () => {
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

test('T10: the invokes of a chat take whatever they hold', async () => {
  const vectors = (name: string) =>
    Object.fromEntries(ODD_VALUES.map((value, i): [string, Members] => [`${name} #${i}`, { name, value }]));
  await withoutStore(vectors('signin/verifyState'), ['400', '404']);
  await withoutStore(vectors('signin/tokenExchange'), ['400']);
  await withoutStore(vectors('signin/failure'), ['200']);
});

test('T10: a query without a value, or with one that is none, is 400', async () => {
  const query = (value: unknown) => ({ value });
  const good = { commandId: 'insertWiki', parameters: [{ name: 'searchKeyword', value: 'lakers' }] };
  const vectors: Record<string, Members> = Object.fromEntries(
    ODD_VALUES.map((value, i) => [`value #${i} ${JSON.stringify(value)}`, query(value)]),
  );
  for (const commandId of [
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
  ]) {
    vectors[`commandId ${JSON.stringify(commandId)}`] = query({ ...good, commandId });
  }
  for (const parameters of ['text', 1, true, { 0: good.parameters[0], length: 1 }]) {
    vectors[`parameters ${JSON.stringify(parameters)}`] = query({ ...good, parameters });
  }
  for (const value of [['lakers'], { toString: 1 }]) {
    vectors[`search word ${JSON.stringify(value)}`] = query({
      ...good,
      parameters: [{ name: 'searchKeyword', value }],
    });
  }
  await withoutStore(vectors, ['400']);
});

test('T10: a query that is odd where it need not be anything is answered all the same', async () => {
  const good = { commandId: 'insertWiki', parameters: [{ name: 'searchKeyword', value: 'lakers' }] };
  const odd: Members[] = [
    { ...good, parameters: [null, 1, 'x', [], ...good.parameters] },
    { ...good, parameters: null },
    { ...good, parameters: {} },
    { ...good, parameters: [{ name: 'searchKeyword', value: {} }] },
    { ...good, queryOptions: null },
    { ...good, queryOptions: { skip: 0, count: 0 } },
    { ...good, queryOptions: 'x' },
    { ...good, queryOptions: { skip: 'x', count: {} } },
    { ...good, queryOptions: { skip: -1, count: 1e300 } },
    { ...good, authentication: { token: 5 } },
    { ...good, authentication: '' },
    { ...good, state: { a: 1 } },
    { ...good, state: {} },
    { ...good, state: null },
  ];
  for (const value of odd) expect([value, await post({ value })]).toEqual([value, '200 result']);
  for (const locale of [null, 1, [], {}, '', '../../x', '__proto__', 'x'.repeat(1000), 'de_DE', '-']) {
    expect([locale, await post({ locale })]).toEqual([locale, '200 result']);
  }
  for (const from of ['x'.repeat(10_000), '\ud800', null, 1, []]) {
    const sender = { id: '29:1x', aadObjectId: ADA.objectId, name: from };
    expect([from, await post({ from: sender })]).toEqual([from, '200 result']);
  }
  expect(await failuresOf(world)).toEqual([]);
});

const OTHER_TYPES = [
  'message',
  'conversationUpdate',
  'messageReaction',
  'messageUpdate',
  'messageDelete',
  'installationUpdate',
  'event',
  'typing',
  'endOfConversation',
  'contactRelationUpdate',
  'handoff',
  'suggestion',
  'trace',
  'command',
  'commandResult',
  'delay',
  'deleteUserData',
  'Invoke',
  'invokeResponse',
  'unknown',
  '__proto__',
  'constructor',
];
const ODD_MEMBERS = [
  'text',
  'membersAdded',
  'membersRemoved',
  'reactionsAdded',
  'reactionsRemoved',
  'channelData',
  'conversation',
  'from',
  'entities',
  'attachments',
  'name',
  'value',
  'action',
  'locale',
  'id',
  'timestamp',
  'replyToId',
  'deliveryMode',
  'relatesTo',
  'callerId',
];

test('T10: other activities are taken and nothing is done but to greet, whatever shape they have', async () => {
  const vectors: Record<string, Members> = Object.fromEntries(OTHER_TYPES.map((type) => [type, { type }]));
  for (const [i, value] of ODD_VALUES.entries()) {
    const allOdd = Object.fromEntries(ODD_MEMBERS.map((member) => [member, value]));
    for (const type of OTHER_TYPES) vectors[`${type}, everything #${i}`] = { type, ...allOdd };
    // One at a time, too: the first oddity must not hide the next.
    for (const [at, member] of ODD_MEMBERS.entries()) {
      const type = OTHER_TYPES[(at + i) % 8];
      vectors[`${type}, ${member} #${i}`] = { type, [member]: value };
    }
  }
  await withoutStore(vectors, ['200', '400', '501']);
  expectTextAlone();
});

test('T10: members, events and deliveries as Teams and its neighbours send them do nothing either', async () => {
  const ids = [{ id: '28:x' }, { id: ADA.objectId }, null, 1, {}];
  const team = (eventType: unknown) => ({
    tenant: { id: ADA.tenantId },
    eventType,
    team: { id: 'x' },
    channel: { id: 'y' },
  });
  const vectors: Record<string, Members> = {};
  for (const eventType of [
    'channelCreated',
    'channelDeleted',
    'teamRenamed',
    'teamMemberAdded',
    'teamArchived',
    'x',
    1,
    null,
    {},
  ]) {
    vectors[`event ${JSON.stringify(eventType)}`] = {
      type: 'conversationUpdate',
      membersAdded: ids,
      membersRemoved: ids,
      channelData: team(eventType),
    };
  }
  for (const name of [
    'meetingStart',
    'meetingEnd',
    'readReceipt',
    'meetingParticipantJoin',
    'meetingParticipantLeave',
  ]) {
    for (const value of ODD_VALUES) {
      vectors[`${name} ${JSON.stringify(value)}`] = { type: 'event', name: `application/vnd.microsoft.${name}`, value };
    }
  }
  for (const eventType of ['editMessage', 'undeleteMessage', 'softDeleteMessage']) {
    for (const type of ['messageUpdate', 'messageDelete'])
      vectors[`${type} ${eventType}`] = { type, channelData: { eventType } };
  }
  for (const deliveryMode of ['expectReplies', 'ephemeral', 'stream', 1, {}]) {
    for (const type of ['message', 'event', 'conversationUpdate']) {
      vectors[`${type} ${JSON.stringify(deliveryMode)}`] = { type, deliveryMode };
    }
  }
  for (const action of ['add', 'remove', 'add-upgrade', 1, {}])
    vectors[`installation ${action}`] = { type: 'installationUpdate', action };
  await withoutStore(vectors, ['200', '400', '501']);
  expectTextAlone();
});

test('T10: an activity without a type is 400', async () => {
  const vectors = Object.fromEntries(
    [undefined, null, '', 1, true, [], ['invoke'], {}].map((type) => [`type ${JSON.stringify(type)}`, { type }]),
  );
  await withoutStore(vectors, ['400 request.malformed']);
});

test('T10: where the store has no links, a proper query says so: the tests above could have failed', async () => {
  world.sql('ALTER TABLE links RENAME TO links_away');
  try {
    expect(await post({})).toBe('200 message');
  } finally {
    world.sql('ALTER TABLE links_away RENAME TO links');
  }
  expect((await failedRequests()).map(({ msg }) => msg)).toEqual(['request failed']);
});
