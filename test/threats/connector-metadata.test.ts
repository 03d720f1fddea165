import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../local/people.ts';
import { type Connector, createConnector } from '../../local/teams/connector.ts';
import { createSigningKey } from '../../local/teams/signing-keys.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { all, failuresOf, outcomeOf, outcomesOf } from '../support/outcomes.ts';
import { type RogueServer, sendJson, startRogueServer } from '../support/rogue-server.ts';
import { startWorld, type World } from '../support/world.ts';

// What answers for the Connector's metadata here is broken in one way after another, and never honest until the end.
let connector: Connector & { close(): Promise<void> };
let source: RogueServer;
let elsewhere: RogueServer;
let world: World;
let clock: Clock;
let now = Date.now();

beforeAll(async () => {
  connector = await createConnector({ botId: BOT_ID });
  elsewhere = await startRogueServer((_, response) => sendJson(response, keySet()));
  source = await startRogueServer((_, response) => response.writeHead(404).end());
  clock = createClock();
  clock.set(now);
  world = await startWorld({ connector, metadataUrl: `${source.origin}/metadata`, botEnv: clock.env });
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([source?.close(), elsewhere?.close()]);
  clock?.close();
});

type Answer = (response: ServerResponse) => void;
const json = (body: unknown) => (response: ServerResponse) => sendJson(response, body);
const raw =
  (body: string | Buffer, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
const keySet = () => ({ keys: [connector.keys.current.jwk] });
const metadata = (jwks_uri: unknown) => json({ issuer: 'https://api.botframework.com', jwks_uri });
const redirect = (response: ServerResponse) => response.writeHead(302, { location: `${elsewhere.origin}/keys` }).end();

/** A search while metadata and keys answer like this; the clock has gone on, so that the bot asks. */
async function search({ meta, keys }: { meta?: Answer; keys?: Answer }) {
  source.answer = ({ url }, response) => {
    if (url === '/metadata') (meta ?? metadata(`${source.origin}/keys`))(response);
    else (keys ?? json(keySet()))(response);
  };
  now += 11_000;
  clock.set(now);
  const seconds = Math.floor(now / 1000);
  const token = await connector.token({ nbf: seconds, exp: seconds + 3600 });
  return world.post(ADA, { text: 'lakers' }, undefined, { token });
}

test('T6: metadata or keys that are not what they should be count as none: 503, and nobody else is asked', async () => {
  const honest = connector.keys.current.jwk;
  const padding = ' '.repeat(600 * 1024);
  const vectors: Record<string, Parameters<typeof search>[0]> = {
    'metadata redirects': { meta: redirect },
    'metadata is HTML': { meta: raw('<html>') },
    'metadata is huge': { meta: raw(padding + JSON.stringify({ jwks_uri: `${source.origin}/keys` })) },
    'metadata names no keys': { meta: json({}) },
    'metadata is null': { meta: json(null) },
    'metadata names an odd address': { meta: metadata('keys') },
    'the keys are in the metadata': {
      meta: metadata(`data:application/json,${encodeURIComponent(JSON.stringify(keySet()))}`),
    },
    'the keys are a file': { meta: metadata('file:///etc/hosts') },
    'the keys redirect': { keys: redirect },
    'the keys are huge': { keys: raw(padding + JSON.stringify(keySet())) },
    'the keys are no list': { keys: json({ keys: honest }) },
    'the keys are empty': { keys: json({ keys: [] }) },
    'the keys are null': { keys: json({ keys: [null] }) },
    'the keys are cut off': { keys: raw(JSON.stringify(keySet()).slice(0, -2)) },
    'the answer is an error': { keys: (response) => response.writeHead(500).end(JSON.stringify(keySet())) },
    'the only key is for encryption': { keys: json({ keys: [{ ...honest, use: 'enc' }] }) },
    'the only key is symmetric': { keys: json({ keys: [{ kty: 'oct', kid: honest.kid, k: 'AAAA' }] }) },
    'the only key has no id': { keys: json({ keys: [{ ...honest, kid: undefined }] }) },
    'the only key has no modulus': { keys: json({ keys: [{ ...honest, n: undefined }] }) },
  };
  expect(await outcomesOf(vectors, search)).toEqual(all(vectors, '503 connector.unavailable'));
  expect(elsewhere.requests).toEqual([]);
  expect(await failuresOf(world)).toEqual([]);
});

test('T6: one odd key among the others does not cost the good one', async () => {
  const { jwk } = await createSigningKey({ kid: 'odd' });
  const odd = [
    null,
    {},
    { ...jwk, n: 5 },
    { ...jwk, kty: 'EC' },
    { ...jwk, n: '!' },
    { ...jwk, endorsements: 'msteams' },
  ];
  const keys = json({ keys: [...odd, connector.keys.current.jwk] });
  expect(outcomeOf(await search({ keys }))).toBe('200 auth');
});
