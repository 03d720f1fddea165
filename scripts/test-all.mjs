// `npm run test:all`: runs the whole suite, one part (scripts/test/parts.mjs) after the other. `-- redis browser` runs
// those parts, `-- --except=quick` all but that one, `-- --list` lists the files of each; other options go to Jest. `SOAK=0.1` makes the sizes of the part
// `soak` smaller (scripts/soak.mjs). Exits with 1 if a part failed.
import { fetchHelm } from './helm.mjs';
import { ready } from './setup/ready.mjs';
import { runSoak } from './soak.mjs';
import { jest } from './test/jest.mjs';
import { filesOf, PART_NAMES } from './test/parts.mjs';
import { fetchToolkitSchema } from './toolkit-schema.mjs';

const args = process.argv.slice(2);
const EXCEPT = '--except=';
const excepted = args.filter((arg) => arg.startsWith(EXCEPT)).map((arg) => arg.slice(EXCEPT.length));
const options = args.filter((arg) => arg.startsWith('-') && !arg.startsWith(EXCEPT));
const named = args.filter((arg) => !arg.startsWith('-'));
const unknown = [...named, ...excepted].filter((name) => !PART_NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are: ${PART_NAMES.join(', ')}.`);
  process.exit(2);
}
const parts = (named.length > 0 ? named : PART_NAMES).filter((name) => !excepted.includes(name));
if (options.includes('--list')) {
  for (const part of parts) console.log([part, ...filesOf(part)].join('\n  '));
} else process.exit((await runAll()) ? 0 : 1);

async function runAll() {
  ready();
  fetchToolkitSchema();
  if (parts.includes('deploy')) await fetchHelm();
  const results = parts.map(runPart);
  console.log('\npart         result   minutes');
  for (const { part, passed, minutes } of results)
    console.log(part.padEnd(13) + (passed ? 'passed' : 'FAILED').padEnd(9) + minutes.toFixed(1).padStart(7));
  return results.every(({ passed }) => passed);
}

function runPart(part) {
  console.log(`\n== ${part} ==`);
  const began = Date.now();
  const status =
    part === 'soak' ? runSoak(options) : jest(['--runTestsByPath', ...filesOf(part), ...options], { SOAK: '0' });
  return { part, passed: status === 0, minutes: (Date.now() - began) / 60_000 };
}
