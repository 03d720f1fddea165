// The prose lint of `npm run lint`: reads README.md, docs/ and the English messages, prints counts per 1,000 words, and
// fails where a text breaks a rule of scripts/prose/rules.mjs. `node scripts/prose.mjs docs/DEPLOY.md` reads the named files
// only. `--all` prints every fault instead of the first ones.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintProse } from './prose/lint.mjs';
import { root } from './setup/ready.mjs';

const MESSAGES = ['bot/teams/locales/en.ts', 'auth-page/locales/en.ts'];
const ALLOWED = 'scripts/prose/allowed.json';
const SHOWN_FAULTS = 60;

const args = process.argv.slice(2);
const named = args.filter((arg) => !arg.startsWith('-'));
const files = (named.length > 0 ? named : everyFile()).map((path) => ({ path, text: read(path) }));
const allowed = JSON.parse(read(ALLOWED));
const { measures, unused, ...report } = lintProse(files, allowed);
const faults = [...report.faults];
// A named file need not contain them.
if (named.length === 0) faults.push(...unused.map((text) => `${ALLOWED}: remove the entry, no file contains: ${text}`));
faults.push(...allowed.filter(({ reason }) => !reason).map(({ text }) => `${ALLOWED}: give the reason for: ${text}`));

const printed = args.includes('--all') ? faults : faults.slice(0, SHOWN_FAULTS);
for (const fault of printed) console.error(fault);
if (printed.length < faults.length)
  console.error(`… and ${faults.length - printed.length} more. To see them: node scripts/prose.mjs --all`);
console.log(`\n${'per 1,000 words'.padEnd(30)}count   limit`);
for (const { name, value, limit, exceeded } of measures)
  console.log(`${name.padEnd(30)}${value.toFixed(2).padStart(5)}   ${limit}${exceeded ? '   EXCEEDED' : ''}`);
if (faults.length > 0) {
  console.error(
    `\n${faults.length} faults in ${files.length} files. The rules: scripts/prose/rules.mjs. Allowed sentences: ${ALLOWED}`,
  );
  process.exit(1);
}

function everyFile() {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name.replaceAll('\\', '/')}`);
  return ['README.md', ...pages.sort(), ...MESSAGES];
}

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}
