import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BOT_SCRIPT } from '../../../local/stack.ts';
import { ROOT } from './files.ts';

/** The end of the list of schema steps, in the built files. */
const END_OF_STEPS = /(RENAME TO links;\s*`),?(\s*\];)/g;
const TABLES = ['transactions', 'parked', 'attempts', 'leases', 'revocations', 'preferences', 'damaged', 'readiness'];
/** The results of a step: a new table, new columns, and a table that is written again. */
const STEP = `
  CREATE TABLE of_the_next (id TEXT PRIMARY KEY) WITHOUT ROWID;
  ${TABLES.map((name) => `ALTER TABLE ${name} ADD COLUMN of_the_next TEXT NOT NULL DEFAULT '';`).join('\n')}
  CREATE TABLE links_of_the_next (
    tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
    version TEXT NOT NULL, sealed TEXT NOT NULL, used_at INTEGER NOT NULL DEFAULT 0,
    of_the_next TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, object_id, connection_id)
  );
  INSERT INTO links_of_the_next SELECT *, '' FROM links ORDER BY object_id DESC;
  DROP TABLE links;
  ALTER TABLE links_of_the_next RENAME TO links;
`;

interface NextVersion {
  /** Its built bot. */
  script: string;
  remove(): void;
}

/** A copy of the built bot whose SQLite schema has one more step.
 * @throws {Error} if the build has no such list of steps */
export function nextVersion(): NextVersion {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-next-'));
  const bot = join(folder, 'dist', 'bot');
  cpSync(dirname(BOT_SCRIPT), bot, { recursive: true });
  cpSync(join(dirname(dirname(BOT_SCRIPT)), 'auth-page'), join(folder, 'dist', 'auth-page'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  let changed = 0;
  for (const name of readdirSync(bot, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const path = join(bot, name);
    const text = readFileSync(path, 'utf8');
    const next = text.replace(END_OF_STEPS, (_, step: string, end: string) => `${step},\`${STEP}\`${end}`);
    if (next === text) continue;
    writeFileSync(path, next);
    changed++;
  }
  // The bundle, and its original file.
  if (changed !== 2) throw new Error(`${changed} built files have the list of schema steps, not 2`);
  return { script: join(bot, 'index.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
