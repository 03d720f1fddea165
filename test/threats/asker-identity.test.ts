import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../local/people.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../support/outcomes.ts';
import { type SearchResponse, startWorld, type World } from '../support/world.ts';

type Change = (activity: Record<string, unknown>) => void;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

/** A search of somebody who is signed in, with the activity changed. */
const search = (change: Change) => world.post(ADA, { text: 'lakers' }, change);
const oid = (value: unknown): Change => merging({ from: { id: '29:1x', name: 'Ada', aadObjectId: value } });
const tenant = (value: unknown): Change =>
  merging({ channelData: { tenant: { id: value } }, conversation: { id: '19:x', conversationType: 'personal' } });
const merging =
  (change: object): Change =>
  (activity) =>
    void Object.assign(activity, change);
/** What JSON says, not what JavaScript makes of it: `[object Object]` as a member. */
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

/** Nobody is answered as anybody, or offered a sign-in, and nothing else happens. */
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
    expect([...messages]).toEqual([expect.stringContaining('Teams did not say who you are')]);
  expect(await sideEffects(world)).toEqual(before);
  expect(await failuresOf(world)).toEqual([]);
}

test('T8: without a GUID that says who asks, plain words and no sign-in', async () => {
  const each = (make: (value: unknown) => Change) =>
    Object.fromEntries(Object.entries(NOT_GUIDS).map(([name, value]) => [name, make(value)]));
  await toldNoIdentity(each(oid));
  await toldNoIdentity(each(tenant));
});

test('T8: an activity that says who asks in odd shapes gets the same words', async () => {
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

test('T8: two tenants in one activity are refused, whichever is the right one', async () => {
  const two = (channel: unknown, conversation: unknown) =>
    merging({ channelData: { tenant: { id: channel } }, conversation: { id: '19:x', tenantId: conversation } });
  const { contoso, fabrikam } = TENANTS;
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

test('an empty tenant in the conversation is none: the one in channelData counts', async () => {
  const vectors = Object.fromEntries(
    [null, '', undefined].map((tenantId) => [
      String(JSON.stringify(tenantId)),
      merging({ conversation: { id: '19:x', conversationType: 'personal', tenantId } }),
    ]),
  );
  expect(await outcomesOf(vectors, search)).toEqual(all(vectors, '200 result'));
});

test('T8: in capitals it is the same person, also for the one who reads the store', async () => {
  const upper = { from: { id: '29:1x', name: 'Ada', aadObjectId: ADA.objectId.toUpperCase() } };
  const contoso = TENANTS.contoso.toUpperCase();
  const vectors = {
    'the object id': merging(upper),
    'the tenant': tenant(contoso),
    'all of it': merging({
      ...upper,
      channelData: { tenant: { id: contoso } },
      conversation: { id: '19:x', tenantId: contoso },
    }),
    'the conversation’s tenant alone': merging({ conversation: { id: '19:x', tenantId: contoso } }),
  };
  expect(await outcomesOf(vectors, search)).toEqual(all(vectors, '200 result'));
  const loud: Person = { ...GRACE, objectId: GRACE.objectId.toUpperCase(), tenantId: contoso };
  await world.signIn(loud, { as: GRACE });
  expect((await world.search(GRACE)).type).toBe('result');
  expect(world.rows('links').map(({ object_id }) => object_id)).toContain(GRACE.objectId);
});

test('T8: the same object id in two tenants is two people', async () => {
  expect((await world.search({ ...ADA, tenantId: TENANTS.fabrikam })).type).toBe('auth');
  expect((await world.search(ADA)).type).toBe('result');
  // Ada's link was not even read for the other person: it would not have opened.
  expect(world.bot.output()).not.toContain('credential.tampered');
});

test('T11: people of a tenant that is not allowed get words and no ticket; the others are served', async () => {
  const bot = await startAnotherBot(world, { ALLOWED_TENANTS: ` ${TENANTS.contoso.toUpperCase()} ` });
  try {
    const ask = async (person: Person) => {
      const activity = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
      return world.connector.post(bot.url, activity);
    };
    const before = await sideEffects(world);
    const strangers = { 'Linus of Fabrikam': LINUS, 'Ada’s id in Fabrikam': { ...ADA, tenantId: TENANTS.fabrikam } };
    for (const stranger of Object.values(strangers)) {
      const { status, body } = await ask(stranger);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          composeExtension: { type: 'message', text: expect.stringContaining('not switched on for your organisation') },
        },
      });
    }
    expect(await sideEffects(world)).toEqual(before);
    expect(outcomeOf(await ask(ADA))).toBe('200 result');
  } finally {
    await bot.stop();
  }
});

test('T11: the bot’s own tenant is the one allowed where no other is named; * lets everybody in', async () => {
  const start = (env: Record<string, string>) => startAnotherBot(world, env);
  const own = await start({ ALLOWED_TENANTS: '', BOT_TENANT_ID: TENANTS.fabrikam });
  const open = await start({ ALLOWED_TENANTS: '*', BOT_TENANT_ID: TENANTS.contoso });
  try {
    const ask = async (url: string, person: Person) => {
      const activity = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
      return outcomeOf(await world.connector.post(url, activity));
    };
    expect([await ask(own.url, LINUS), await ask(own.url, ADA)]).toEqual(['200 auth', '200 message']);
    expect([await ask(open.url, LINUS), await ask(open.url, ADA)]).toEqual(['200 auth', '200 result']);
  } finally {
    await Promise.all([own.stop(), open.stop()]);
  }
});
