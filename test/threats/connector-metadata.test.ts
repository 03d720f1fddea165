import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../local/people.ts';
import { type Connector, createConnector } from '../../local/teams/connector.ts';
import { createSigningKey, type SigningKey } from '../../local/teams/signing-keys.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { all, failuresOf, outcomeOf, outcomesOf } from '../support/outcomes.ts';
import { type RogueServer, sendJson, startRogueServer } from '../support/rogue-server.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

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

type Reply = (response: ServerResponse) => void;
const json = (body: unknown) => (response: ServerResponse) => sendJson(response, body);
const raw =
  (body: string | Buffer, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
const keySet = () => ({ keys: [connector.keys.current.jwk] });
const metadata = (jwks_uri: unknown) => json({ issuer: 'https://api.botframework.com', jwks_uri });
const redirect = (response: ServerResponse) => response.writeHead(302, { location: `${elsewhere.origin}/keys` }).end();

/** A search while metadata and keys answer like this; the clock has gone on, so that the bot asks. */
async function search({ meta, keys, key }: { meta?: Reply; keys?: Reply; key?: SigningKey }) {
  source.response = ({ url }, response) => {
    if (url === '/metadata') (meta ?? metadata(`${source.origin}/keys`))(response);
    else (keys ?? json(keySet()))(response);
  };
  now += 11_000;
  clock.set(now);
  const seconds = Math.floor(now / 1000);
  const token = await connector.token({ nbf: seconds, exp: seconds + 3600 }, key ? { key } : {});
  return world.post(ADA, { text: 'lakers' }, undefined, { token });
}

test('T6: metadata or keys that are not what they should be count as none: 503, and nobody else is asked', async () => {
  const honest = connector.keys.current.jwk;
  const padding = (megabytes: number) => ' '.repeat(megabytes * 1024 * 1024);
  const vectors: Record<string, Parameters<typeof search>[0]> = {
    'metadata redirects': { meta: redirect },
    'metadata is HTML': { meta: raw('<html>') },
    'metadata is huge': { meta: raw(padding(1) + JSON.stringify({ jwks_uri: `${source.origin}/keys` })) },
    'metadata names no keys': { meta: json({}) },
    'metadata is null': { meta: json(null) },
    'metadata names an odd address': { meta: metadata('keys') },
    'the keys are in the metadata': {
      meta: metadata(`data:application/json,${encodeURIComponent(JSON.stringify(keySet()))}`),
    },
    'the keys are a file': { meta: metadata('file:///etc/hosts') },
    'the keys redirect': { keys: redirect },
    'the keys are huge': { keys: raw(padding(4) + JSON.stringify(keySet())) },
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

test('the log names the document that is too large, its size and the limit', async () => {
  const mark = world.bot.output().length;
  const body = `${' '.repeat(5 * 1024 * 1024)}${JSON.stringify(keySet())}`;
  expect(outcomeOf(await search({ keys: raw(body, { 'content-length': Buffer.byteLength(body) }) }))).toMatch(/^503/);
  const message = await eventually(
    () => world.bot.output().slice(mark),
    (output) => output.includes('the keys of the Connector cannot be fetched'),
  );
  expect(message).toContain('the Connector’s key set is larger than 4 MB: 5.1 MB');
});

test('the log names the origin that the metadata were moved to', async () => {
  const mark = world.bot.output().length;
  expect(outcomeOf(await search({ meta: redirect }))).toMatch(/^503/);
  const moved = `the Connector’s metadata: a redirect to another origin, ${elsewhere.origin}`;
  await eventually(
    () => world.bot.output().slice(mark),
    (output) => output.includes(moved),
  );
  expect(elsewhere.requests).toEqual([]);
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

test('a key set of nearly 4 MB is read', async () => {
  const key = await createSigningKey({ kid: 'in-a-large-set' });
  const keys = raw(' '.repeat(4_000_000) + JSON.stringify({ keys: [key.jwk] }));
  expect(outcomeOf(await search({ keys, key }))).toBe('200 auth');
});

test('a document that has moved within its origin is found', async () => {
  const key = await createSigningKey({ kid: 'moved' });
  const meta: Reply = (response) => response.writeHead(302, { location: '/moved' }).end();
  const keys: Reply = (response) => {
    if (response.req.url === '/moved') metadata(`${source.origin}/keys`)(response);
    else json({ keys: [key.jwk] })(response);
  };
  expect(outcomeOf(await search({ meta, keys, key }))).toBe('200 auth');
});
