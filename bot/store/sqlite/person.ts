import type { User } from '../../sign-in/user.ts';
import type { PersonRecords } from '../store.ts';
import type { SqliteConnection } from './connection.ts';
import { columns, LINK_COLUMNS, PREFERENCE_COLUMN, type Row, toNumber, toStoredLink, toText } from './credentials.ts';

/** Reads without changes: unreadable rows are left out. */
export function personIn(db: SqliteConnection): (person: User) => Promise<PersonRecords> {
  const ofPerson = 'WHERE tenant_id = ? AND object_id = ?';
  const links = db.prepare(`SELECT ${LINK_COLUMNS} FROM links ${ofPerson}`);
  const times = columns(['connection_id'], ['created_at', 'expires_at']);
  const transactions = db.prepare(`SELECT ${times} FROM transactions ${ofPerson}`);
  const parked = db.prepare(`SELECT ${times} FROM parked ${ofPerson}`);
  const revocations = db.prepare(
    `SELECT ${columns(['connection_id'], ['attempts', 'due_at'])} FROM revocations ${ofPerson}`,
  );
  const attempts = db.prepare(`SELECT ${columns([], ['failures', 'since', 'paused_until'])} FROM attempts ${ofPerson}`);
  const preference = db.prepare(`SELECT ${PREFERENCE_COLUMN} FROM preferences ${ofPerson}`);
  const damaged = db.prepare(
    'SELECT count(*) AS found FROM damaged WHERE instr(content, @tenant) AND instr(content, @object)',
  );
  return async ({ tenantId, objectId }) => {
    const rows = (statement: typeof links) => statement.all(tenantId, objectId) as Row[];
    const [failed] = rows(attempts);
    const [preferred] = rows(preference);
    const [{ found = 0 } = {}] = damaged.all({ tenant: tenantId, object: objectId }) as { found?: number }[];
    return {
      links: rows(links)
        .map(toStoredLink)
        .filter((link) => link !== undefined),
      transactions: rows(transactions).map(toPending),
      parked: rows(parked).map(toPending),
      revocations: rows(revocations).map(({ connection_id, attempts, due_at }) => ({
        connectionId: toText(connection_id) ?? '',
        attempts: toNumber(attempts) ?? 0,
        dueAt: toNumber(due_at) ?? 0,
      })),
      attempts: failed && {
        failures: toNumber(failed.failures) ?? 0,
        since: toNumber(failed.since) ?? 0,
        pausedUntil: toNumber(failed.paused_until) ?? 0,
      },
      defaultConnection: toText(preferred?.default_connection),
      damaged: found,
    };
  };
}

function toPending({ connection_id, created_at, expires_at }: Row): PersonRecords['parked'][number] {
  return {
    connectionId: toText(connection_id) ?? '',
    createdAt: toNumber(created_at) ?? 0,
    expiresAt: toNumber(expires_at) ?? 0,
  };
}
