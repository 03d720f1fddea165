import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../local/people.ts';
import type { Signing } from '../../local/teams/connector-token.ts';
import { createSigningKey, type SigningKey } from '../../local/teams/signing-keys.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../support/outcomes.ts';
import { type RogueServer, sendJson, startRogueServer } from '../support/rogue-server.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
/** Publishes the attacker's key under every name, as a key set and as OpenID metadata. */
let rogue: RogueServer;
let published: SigningKey;
let attackers: SigningKey;

beforeAll(async () => {
  world = await startWorld();
  published = world.connector.keys.current;
  attackers = await createSigningKey({ kid: published.kid });
  rogue = await startRogueServer((_, response) =>
    sendJson(response, { keys: [attackers.jwk], jwks_uri: `${rogue.origin}/keys`, issuer: rogue.origin }),
  );
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  await rogue?.close();
});

const search = (token: string) => world.post(ADA, { text: 'lakers' }, undefined, { token });

/** Posts a search with each token, and holds that all are refused, that nothing else happened and nobody was asked. */
async function allRefused(tokens: Record<string, string>): Promise<void> {
  const before = await sideEffects(world);
  expect(await outcomesOf(tokens, search)).toEqual(all(tokens, '403 connector.refused'));
  expect(await sideEffects(world)).toEqual(before);
  expect(rogue.requests).toEqual([]);
  expect(await failuresOf(world)).toEqual([]);
}

async function signed(vectors: Record<string, Signing>, claims = {}): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const [name, signing] of Object.entries(vectors)) tokens[name] = await world.connector.token(claims, signing);
  return tokens;
}

test('T4: only RS256 with a published key counts, whatever the header says', async () => {
  const { n = '', e = '' } = published.jwk;
  const spki = published.publicKey.export({ type: 'spki', format: 'der' });
  const confused = (secret: string | Uint8Array): Signing => ({ signature: 'HS256', secret });
  const tokens = await signed({
    'alg none, no signature': { signature: 'none' },
    'alg None': { signature: 'none', header: { alg: 'None' } },
    'alg NONE': { signature: 'none', header: { alg: 'NONE' } },
    'alg none, signed all the same': { header: { alg: 'none' } },
    'alg none without kid': { signature: 'none', header: { kid: undefined } },
    'RS256 in the header, no signature': { signature: 'none', header: { alg: 'RS256' } },
    'no alg': { header: { alg: undefined } },
    'alg an array': { header: { alg: ['RS256'] } },
    'alg in small letters': { header: { alg: 'rs256' } },
    'HS256 with the public key as PEM': { signature: 'HS256' },
    'HS256 with the public key as DER': confused(spki),
    'HS256 with the JWK': confused(JSON.stringify(published.jwk)),
    'HS256 with the modulus': confused(Buffer.from(n, 'base64url')),
    'HS256 with n and e as text': confused(n + e),
    'HS256 with an empty secret': confused(''),
    'HS256 bytes under an RS256 header': { signature: 'HS256', header: { alg: 'RS256' } },
    'PS256 by the published key': { signature: 'PS256' },
    'RS512 by the published key': { signature: 'RS512' },
    'RS512 bytes under an RS256 header': { signature: 'RS512', header: { alg: 'RS256' } },
    'a critical extension': { header: { crit: ['exp'], exp: 1 } },
    'an unencoded payload': { header: { b64: false, crit: ['b64'] } },
    'an encrypted token’s header': { header: { alg: 'RSA-OAEP', enc: 'A256GCM' } },
  });
  await allRefused(tokens);
});

test('T4: a key that the Connector does not publish counts under no id', async () => {
  const odd = (kid: unknown): Signing => ({ key: attackers, header: { kid } });
  const tokens = await signed({
    'the published id': { key: attackers },
    'an unknown id': odd('unknown'),
    'no id': odd(undefined),
    'an empty id': odd(''),
    null: odd(null),
    'a number': odd(1),
    'an array with the published id': odd([published.kid]),
    'an object': odd({ kid: published.kid }),
    __proto__: odd('__proto__'),
    'a member of Map': odd('get'),
    'a path': odd('../../dev/null'),
    'an address': odd(`${rogue.origin}/keys`),
    SQL: odd("' OR 1=1 --"),
    'the published key without its id': { header: { kid: undefined } },
    'the published key under x5t alone': { header: { kid: undefined, x5t: published.kid } },
  });
  await allRefused(tokens);
});

test('T4: a token that names or carries its own key is refused, and nobody asks the address that it names', async () => {
  const address = `${rogue.origin}/keys`;
  const headers: Record<string, Record<string, unknown>> = {
    jku: { jku: address },
    x5u: { x5u: address },
    jwk: { jwk: attackers.jwk },
    x5c: { x5c: [attackers.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    'all of them': { jku: address, x5u: address, jwk: attackers.jwk },
    'jku null': { jku: null },
  };
  const by = (key: SigningKey, kid?: string) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        `${name}, ${key === attackers ? 'the attacker’s key' : 'the published key'}, ${kid ? 'unknown' : 'known'} id`,
        { key, header: { ...header, ...(kid && { kid }) } },
      ]),
    );
  await allRefused(await signed({ ...by(attackers), ...by(attackers, 'unknown'), ...by(published) }));
});

test('T4: an issuer, audience or service that is an address is not asked either', async () => {
  const vectors = { 'the published key': {}, 'the attacker’s': { key: attackers } };
  for (const claim of ['iss', 'aud', 'serviceurl', 'jwks_uri', 'appid']) {
    if (claim === 'jwks_uri' || claim === 'appid') {
      await allRefused(await signed({ attackers: { key: attackers } }, { [claim]: `${rogue.origin}/` }));
    } else await allRefused(await signed(vectors, { [claim]: `${rogue.origin}/` }));
  }
});

test('T4: after all of them the honest token is let in, and the bot knows its id still', async () => {
  expect(outcomeOf(await search(await world.connector.token({ jti: randomBytes(8).toString('hex') })))).toBe(
    '200 result',
  );
  expect(world.connector.keys.published.map(({ kid }) => kid)).toEqual([published.kid]);
  expect(world.botEnv.BOT_ID).toBe(BOT_ID);
});
