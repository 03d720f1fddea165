import { readSettings } from '../config/config.ts';
import { isProblemOf } from '../config/env.ts';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import { keyIdOf } from '../sign-in/credentials/vault.ts';
import { backupSqlite, type SqliteBackup } from '../store/sqlite/backup.ts';
import { count, type DiagnosticCommand, type Report } from './command.ts';

const SQLITE = 'sqlite:';

/** Copies the SQLite store while the service runs. Needs only STORE_URL, and does not bring the store up to date, so
 * that a new version can back up the store of the version before it. */
export const backup: DiagnosticCommand = {
  options: [],
  arguments: ['file'],
  async diagnose({ env, arguments: [file = ''] }) {
    const { settings, problems } = readSettings(env);
    const problem = problems.find((each) => isProblemOf(each, 'STORE_URL'));
    if (problem !== undefined) throw new LatchkeyError(problem);
    const { storeUrl } = settings;
    if (!storeUrl.startsWith(SQLITE)) {
      throw new LatchkeyError(
        'STORE_URL names a Redis, and this command copies only a SQLite store. Use the backups of Redis: BGSAVE, or a copy of its append-only folder',
      );
    }
    return report(backupSqlite(storeUrl.slice(SQLITE.length), file));
  },
};

function report({ path, bytes, schema, sealed }: SqliteBackup): Report {
  const keys = [...new Set(sealed.map(keyIdOf))].sort();
  const text = [`${path}: ${count(sealed.length, 'credential')}, schema ${schema}, ${Math.ceil(bytes / 1024)} KB.`];
  if (keys.length > 0) {
    text.push(
      `To open it, ENCRYPTION_KEYS must have ${keys.join(', ')}. Store the keys in another place than the backup.`,
    );
  }
  return { text, json: { path, bytes, schema, credentials: sealed.length, keys } };
}
