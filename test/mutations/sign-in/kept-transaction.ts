import type { Change } from '../mutation.ts';

const STORE = 'bot/store/sqlite/sqlite-store.ts';

/** The transaction of a sign-in is read and stays, so a second callback finds it too. */
export const KEPT_TRANSACTION = {
  file: STORE,
  find: 'const take = db.prepare(`DELETE FROM transactions WHERE state_hash = ?',
  replace: 'const take = db.prepare(`SELECT ${TRANSACTION_COLUMNS} FROM transactions WHERE state_hash = ?',
  and: [{ file: STORE, find: 'json_each(?)) RETURNING ${TRANSACTION_COLUMNS}`', replace: 'json_each(?))`' }],
} satisfies Change & { and: readonly Change[] };
