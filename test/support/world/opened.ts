import { openCredential, sealCredential, Vault } from '../../../bot/sign-in/credentials/vault.ts';
import type { Credential } from '../../../bot/sign-in/providers/identity-provider.ts';
import type { Person } from '../../../local/people.ts';
import type { ConnectionId, World } from './world.ts';

/*
 * The secrets behind the rows, opened with the bot's own key. A test needs them to prove that no other party gets them.
 */

/** The bot's vault. */
export function vaultOf(world: World): Vault {
  const keys = String(world.botEnv.ENCRYPTION_KEYS).split(',');
  return new Vault(
    keys.map((entry) => {
      const [id = '', key = ''] = entry.split(':');
      return { id, key: Buffer.from(key, 'base64') };
    }),
  );
}

/** The linked tokens of a person. */
export function linkedCredential(world: World, person: Person, connection: ConnectionId = 'wiki'): Credential {
  return credentialIn(world, 'links', person, connection);
}

/** Changes the lifetime of a person's access token in the store, to this many milliseconds; negative: it has ended. */
export function setTimeLeft(world: World, person: Person, left: number, connectionId: ConnectionId = 'wiki'): void {
  const { tenantId, objectId } = person;
  const credential = { ...linkedCredential(world, person, connectionId), expiresAt: Date.now() + left };
  const sealed = sealCredential(vaultOf(world), { asker: { tenantId, objectId }, connectionId }, AGED, credential);
  const place = 'WHERE tenant_id = ? AND object_id = ? AND connection_id = ?';
  world.sql(`UPDATE links SET version = ?, sealed = ? ${place}`, AGED, sealed, tenantId, objectId, connectionId);
}

const AGED = 'aged by a test';

/** The parked tokens of a person. */
export function parkedCredential(world: World, person: Person, connection: ConnectionId = 'handbook'): Credential {
  return credentialIn(world, 'parked', person, connection);
}

/** The sealed content of a transaction: nonce, code verifier, issuer, the asker's name. */
export function transactionSecrets(world: World): { stateHash: string; nonce: string; codeVerifier: string }[] {
  return world.rows('transactions').map(({ state_hash, sealed }) => {
    const secrets = vaultOf(world).open('transaction', String(state_hash), String(sealed));
    return { stateHash: String(state_hash), ...(secrets as { nonce: string; codeVerifier: string }) };
  });
}

function credentialIn(world: World, table: 'links' | 'parked', person: Person, connectionId: ConnectionId): Credential {
  const mine = ({ tenant_id, object_id, connection_id }: Record<string, unknown>) =>
    tenant_id === person.tenantId && object_id === person.objectId && connection_id === connectionId;
  const row = world.rows(table).find((each) => mine(each) && each.sealed !== null);
  if (!row) throw new Error(`${table} has no row of ${person.name} at ${connectionId}`);
  const asker = { tenantId: person.tenantId, objectId: person.objectId };
  const stored = { asker, connectionId, version: String(row.version), sealed: String(row.sealed) };
  return openCredential(vaultOf(world), stored);
}
