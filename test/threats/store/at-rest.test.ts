import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ADA, CLIENT, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { eventNamesSince, logMark } from '../../support/world/evidence.ts';
import { linkedCredential, parkedCredential, transactionSecrets } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';

// Every query refreshes, so that refreshed tokens lie in the store too.
const world = useWorld({ identityProviderEnv: { ACCESS_TOKEN_TTL: '30' }, botEnv: { LOG_LEVEL: 'trace' } });

/** The person gets a prompt, the bot uses no other person's tokens, and its log reports a tampered row. */
async function expectTampered(name: string, person: Person, connection: 'wiki' | 'handbook' = 'wiki'): Promise<void> {
  const wiki = wikiControl(world.wikiUrl);
  await wiki.takeCalls();
  const before = { log: await logMark(world), tokens: await providerRequests(world, 'token') };
  expect([name, (await world.search(person, { connection, text: 'lakers' })).type]).toEqual([name, 'auth']);
  expect([name, await eventNamesSince(world, before.log)]).toEqual([name, ['credential.tampered']]);
  expect([name, await wiki.takeCalls(), await providerRequests(world, 'token')]).toEqual([name, [], before.tokens]);
}

const linkOf = (person: Person) => {
  const row = world.rows('links').find(({ object_id }) => object_id === person.objectId);
  if (!row) throw new Error(`${person.name} is not linked`);
  return { version: String(row.version), sealed: String(row.sealed) };
};
const putLink = ({ tenantId, objectId }: Person, connection: string, version: string, sealed: string) =>
  world.sql(
    'INSERT OR REPLACE INTO links (tenant_id, object_id, connection_id, version, sealed) VALUES (?, ?, ?, ?, ?)',
    tenantId,
    objectId,
    connection,
    version,
    sealed,
  );

describe('T59: rows that were tampered with', () => {
  test('T59: copied to another person, tenant or connection, they cannot be opened there', async () => {
    await world.signIn(ADA);
    const { version, sealed } = linkOf(ADA);
    for (const [name, person, connection] of [
      ['to a colleague', GRACE, 'wiki'],
      ['to another tenant', LINUS, 'wiki'],
      ['to the same object id in another tenant', { ...ADA, tenantId: LINUS.tenantId }, 'wiki'],
      ['to another connection', ADA, 'handbook'],
    ] as const) {
      putLink(person, connection, version, sealed);
      await expectTampered(name, person, connection);
    }
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T59: a row copied over another person’s row does not show that person’s data', async () => {
    await world.signIn(ADA);
    await world.signIn(GRACE);
    world.sql('UPDATE links SET sealed = ? WHERE object_id = ?', linkOf(ADA).sealed, GRACE.objectId);
    await expectTampered('the ciphertext alone', GRACE);
    world.sql('UPDATE links SET version = ? WHERE object_id = ?', linkOf(ADA).version, GRACE.objectId);
    await expectTampered('the version, too', GRACE);
  });

  test('T59: an older ciphertext, or another version, cannot be opened in the present row', async () => {
    const ticket = await world.ticket(ADA);
    await world.signIn(ADA);
    const old = linkOf(ADA);
    await world.signIn(ADA, { ticket });
    const present = linkOf(ADA);
    putLink(ADA, 'wiki', present.version, old.sealed);
    await expectTampered('older ciphertext', ADA);
    for (const version of [old.version, '', present.version.toUpperCase(), `${present.version} `, '0']) {
      putLink(ADA, 'wiki', version, present.sealed);
      await expectTampered(`version ${version}`, ADA);
    }
  });

  test('T59: a parked credential cannot be opened as another person’s link, or as another version of its own link', async () => {
    const ticket = await world.ticket(ADA, 'handbook');
    await world.signIn(ADA, { connection: 'handbook' });
    const own = linkOf(ADA);
    await world.securityCode(ADA, { connection: 'handbook', as: GRACE, ticket });
    const parked = world.rows('parked').find(({ sealed }) => sealed !== null);
    // Otherwise the bot would explain that the code did not come back.
    world.sql('DELETE FROM leases');
    putLink(ADA, 'handbook', own.version, String(parked?.sealed));
    await expectTampered('in the place of the own link', ADA, 'handbook');
    putLink(GRACE, 'handbook', String(parked?.version), String(parked?.sealed));
    await expectTampered('as the signer’s link', GRACE, 'handbook');
    putLink(ADA, 'wiki', String(parked?.version), String(parked?.sealed));
    await expectTampered('at another connection', ADA);
  });

  test('T59: with one bit flipped, or bytes cut off or added, a row cannot be opened', async () => {
    await world.signIn(ADA);
    const { version, sealed } = linkOf(ADA);
    const [kid = '', encoded = ''] = sealed.split('.');
    const bytes = Buffer.from(encoded, 'base64url');
    // The whole nonce and tag, and every 61st byte of the ciphertext between them.
    const places = [...bytes.keys()].filter((at) => at < 12 || at >= bytes.length - 16 || at % 61 === 0);
    const vectors = places.map((at): [string, string] => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      return [`bit ${at % 8} of byte ${at} of ${bytes.length}`, `${kid}.${copy.toString('base64url')}`];
    });
    const cut = (from: number, to?: number) => `${kid}.${bytes.subarray(from, to).toString('base64url')}`;
    vectors.push(
      ['less the last byte', cut(0, -1)],
      ['less the first byte', cut(1)],
      ['less the tag', cut(0, -16)],
      [
        'the nonce and tag alone',
        `${kid}.${Buffer.concat([bytes.subarray(0, 12), bytes.subarray(-16)]).toString('base64url')}`,
      ],
      ['a byte more', `${kid}.${Buffer.concat([bytes, Buffer.from('x')]).toString('base64url')}`],
      ['empty', ''],
      ['no key id', encoded],
      ['an empty key id', `.${encoded}`],
      ['padding', `${sealed}=`],
      ['JSON', JSON.stringify(linkedCredential(world, ADA))],
    );
    for (const [name, altered] of vectors) {
      putLink(ADA, 'wiki', version, altered);
      await expectTampered(name, ADA);
    }
    putLink(ADA, 'wiki', version, sealed);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T59: a new sign-in replaces the tampered row', async () => {
    await world.signIn(ADA);
    putLink(ADA, 'wiki', linkOf(ADA).version, 'demo.AAAA');
    await expectTampered('nonsense', ADA);
    await world.signIn(ADA);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T59: a transaction that was altered or copied over another exchanges no code', async () => {
    const one = await world.untilCallback(ADA);
    const mine = world.rows('transactions')[0];
    const other = await world.untilCallback(GRACE);
    const requested = await providerRequests(world, 'token');
    world.sql('UPDATE transactions SET sealed = ? WHERE object_id = ?', mine?.sealed, GRACE.objectId);
    world.sql("UPDATE transactions SET sealed = sealed || 'A' WHERE object_id = ?", ADA.objectId);
    for (const { page, body } of [one, other]) {
      const response = await page.post('complete', body);
      expect(response.status).toBe(400);
      expect(response.body.code).toBe('transaction.unknown');
      expect(response.body).not.toHaveProperty('securityCode');
    }
    expect(await providerRequests(world, 'token')).toBe(requested);
    expect(world.rows('links')).toEqual([]);
  });
});

test('T61: no file of the store, and no log, contains a token, code, cookie, verifier, state, nonce or client secret in plain text', async () => {
  const secrets: Record<string, string | undefined> = {
    'client secret': CLIENT.secret,
    'encryption key': String(world.botEnv.ENCRYPTION_KEYS).split(':')[1],
  };
  const keep = (name: string, credential: { accessToken: string; refreshToken?: string }) => {
    secrets[`${name}: access token`] = credential.accessToken;
    secrets[`${name}: refresh token`] = credential.refreshToken;
  };
  const begun = await world.untilCallback(ADA, { connection: 'handbook' });
  const [transaction] = transactionSecrets(world);
  Object.assign(secrets, {
    oauthState: begun.body.state,
    'authorization code': begun.body.code,
    cookie: String(begun.page.cookie).split('=')[1],
    nonce: transaction?.nonce,
    'code verifier': transaction?.codeVerifier,
  });
  const { body: requested } = await begun.page.post('complete', begun.body);
  keep('waiting for a decision', parkedCredential(world, ADA));
  const { body: done } = await begun.page.post('confirm', {
    decision: 'connect',
    confirmation: requested.confirmation,
  });
  secrets['security code'] = String(done.securityCode);
  await world.search(ADA, { connection: 'handbook', text: 'lakers', state: String(done.securityCode) });
  keep('redeemed and refreshed', linkedCredential(world, ADA, 'handbook'));
  secrets['security code of a proven sign-in'] = await world.securityCode(ADA);
  keep('proven', linkedCredential(world, ADA));
  secrets['security code not redeemed'] = await world.securityCode(GRACE, { connection: 'handbook' });
  keep('parked', parkedCredential(world, GRACE));
  await world.search(ADA);
  keep('refreshed', linkedCredential(world, ADA));
  secrets.ticket = await world.ticket(LINUS);
  const open = await world.untilCallback(LINUS);
  secrets['state of one under way'] = open.body.state;
  secrets['cookie of one under way'] = String(open.page.cookie).split('=')[1];

  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
  await logMark(world);
  const clear = [...storeFiles(), ['log', world.bot.output()] as const];
  // The files contain the ids of the people, so the test does read what was written.
  expect(clear.some(([, text]) => text.includes(ADA.objectId))).toBe(true);
  for (const [file, text] of clear) {
    for (const [name, secret] of Object.entries(secrets)) {
      if (!secret || secret.length < 8) throw new Error(`No ${name} to search for`);
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64url').slice(0, -2)]) {
        expect([file, name, text.includes(form)]).toEqual([file, name, false]);
      }
    }
  }
});

/** The database, its write-ahead log and all other files beside them, byte for byte. */
function storeFiles(): (readonly [string, string])[] {
  const folder = dirname(world.storePath);
  const names = readdirSync(folder);
  expect(names).toEqual(expect.arrayContaining(['latchkey.db', 'latchkey.db-wal']));
  return names.map((name) => [name, readFileSync(join(folder, name)).toString('latin1')] as const);
}
