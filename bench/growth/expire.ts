import Database from 'libsql';
import { openCredential, sealCredential, Vault } from '../../bot/sign-in/credentials/vault.ts';
import type { Person } from '../../local/people.ts';
import { CONNECTION } from '../workload/people.ts';

const VERSION = 'expired by the bench';

/** Makes a person's access token look expired; the refresh token stays valid.
 * @param env the bot's environment: its SQLite store and its key */
export function expire(env: Record<string, string>, { tenantId, objectId }: Person): void {
  const [id = '', key = ''] = String(env.ENCRYPTION_KEYS).split(':');
  const vault = new Vault([{ id, key: Buffer.from(key, 'base64') }]);
  const db = new Database(String(env.STORE_URL).replace(/^sqlite:/, ''));
  try {
    const place = 'WHERE tenant_id = ? AND object_id = ? AND connection_id = ?';
    const [row] = db.prepare(`SELECT version, sealed FROM links ${place}`).all(tenantId, objectId, CONNECTION) as {
      version: string;
      sealed: string;
    }[];
    if (!row) throw new Error('Nobody is signed in');
    const owner = { asker: { tenantId, objectId }, connectionId: CONNECTION };
    const credential = { ...openCredential(vault, { ...owner, ...row }), expiresAt: Date.now() - 1_000 };
    const sealed = sealCredential(vault, owner, VERSION, credential);
    db.prepare(`UPDATE links SET version = ?, sealed = ? ${place}`).run(
      VERSION,
      sealed,
      tenantId,
      objectId,
      CONNECTION,
    );
  } finally {
    db.close();
  }
}
