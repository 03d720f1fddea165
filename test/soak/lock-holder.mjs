// A second process that holds a SQLite file's write lock: for each line on standard input, so many milliseconds. It answers
// `locked` and then `free`. SQLite's own wait is synchronous, so it must not be the test's process that waits.
import { createInterface } from 'node:readline';
import Database from 'libsql';

const db = new Database(process.argv[2]);
db.exec('PRAGMA busy_timeout = 10000');
for await (const line of createInterface({ input: process.stdin })) {
  db.exec('BEGIN IMMEDIATE');
  process.stdout.write('locked\n');
  await new Promise((resolve) => setTimeout(resolve, Number(line)));
  db.exec('ROLLBACK');
  process.stdout.write('free\n');
}
