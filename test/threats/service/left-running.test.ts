import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GRACE } from '../../../local/people.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/provider/scripted-api.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

const HANDBOOK = 'handbook';
let world: World;
/** Searched in two calls at once, one for each kind. */
let api: ScriptedApi;

beforeAll(async () => {
  api = await startScriptedApi({ type: 'github', kinds: ['issues', 'repositories'] });
  world = await startWorld({ botEnv: { CONNECTIONS_FILE: api.connectionsFile, OTHER_URL: api.url } });
  api.respondWith('{"total_count":0,"items":[]}');
  const state = await world.securityCode(GRACE, { connection: HANDBOOK });
  await world.search(GRACE, { connection: HANDBOOK, text: 'nothing', state });
  api.requests.length = 0;
});
afterAll(async () => {
  await world?.stop();
  await api?.close();
});

test('T78: one of two calls is refused and the other hangs: the bot answers, and ends the other call', async () => {
  api.respondOnce('{}', 403);
  const { text } = await world.search(GRACE, { connection: HANDBOOK, text: 'lakers' });
  expect(text).toMatch(/that account does not have access/);
  expect(api.requests).toHaveLength(2);
  await eventually(
    () => api.open(),
    (open) => open === 0,
  );
});

test('the bot ends a response with an encoding that it did not request, whatever its name', async () => {
  for (const encoding of ['constructor', '__proto__', 'zip']) {
    api.requests.length = 0;
    api.packEndlessly(encoding);
    expect((await world.search(GRACE, { connection: HANDBOOK, text: `packed ${encoding}` })).type).toBe('message');
    await eventually(
      () => api.open(),
      (open) => open === 0,
    );
  }
});
