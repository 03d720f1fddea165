// A second process that locks a SQLite file for writing: for each line on standard input, this many milliseconds. It
// answers `locked` and then `free`. SQLite's own wait is synchronous, so the test's process must not wait for the lock
// itself.
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
