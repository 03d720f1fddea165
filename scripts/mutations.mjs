// `npm run test:mutations`: removes each defence of test/mutations/ in a copy of the tree, and expects its test to
// fail. `-- T13 T14` runs only those rows (or defences by words of their text), `-- --list` lists them, `-- --json <file>`
// writes the results, `-- --workers 1` runs one at a time (default: one for each core). Exits with 1 if a test still
// passes or a defence cannot be removed.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ready, root } from './setup/ready.mjs';
import { JEST } from './test/jest.mjs';

/** Milliseconds for the tests. A test that never ends counts as red: `hang`. */
const TIMEOUT = 150_000;
const RED = ['red', 'hang'];

const { values, positionals } = parseArgs({
  options: {
    list: { type: 'boolean' },
    json: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
  allowPositionals: true,
});
ready();
const isMeant = ({ threat, defence }) =>
  positionals.some((word) => word === threat || (word.includes(' ') && defence.includes(word)));
const table = (await loadTable()).filter((mutation) => positionals.length === 0 || isMeant(mutation));
if (values.list) {
  for (const { threat, defence, file, test } of table) say(threat, '', `${defence} (${file}, ${test})`);
} else process.exit((await runAll(Number(values.workers))) ? 0 : 1);

/** The table is TypeScript, which Node 20 cannot run. */
async function loadTable() {
  const { build } = await import('esbuild');
  const entryPoints = [join(root, 'test', 'mutations', 'table.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)).MUTATIONS;
}

/** Each worker has a copy of the tree, and takes the next mutation when it is free. */
async function runAll(workers) {
  // Its packages may have been installed only now.
  const { MutantTree } = await import('./mutations/tree.mjs');
  const results = [];
  const waiting = [...table];
  const work = async () => {
    const tree = new MutantTree();
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
      const began = Date.now();
      const result = { ...mutation, ...(await resultOf(tree, mutation)) };
      report(results, { ...result, seconds: Math.round((Date.now() - began) / 1000) });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const red = results.filter(({ outcome }) => RED.includes(outcome)).length;
  console.log(`\nFor ${red} of ${results.length} removed defences, the test failed as expected.`);
  return red === table.length && red > 0;
}

function report(results, result) {
  results.push(result);
  say(result.threat, result.outcome, `${result.defence} (${result.test}, ${result.seconds} s)`);
  if (!RED.includes(result.outcome)) say('', '', result.why ?? '');
  if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
}

async function resultOf(tree, { and = [], test, name, ...change }) {
  try {
    return await tree.withChanges([change, ...and], () => testsOf(tree.path, test, name));
  } catch (error) {
    return { outcome: 'no match', why: error.message };
  }
}

/** A test must fail by itself. A file that does not run does not count. */
async function testsOf(tree, test, name) {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const options = [
    '--runInBand',
    '--forceExit',
    '--testTimeout',
    '45000',
    '--reporters',
    'default',
    '--json',
    '--outputFile',
    report,
  ];
  const { code, output } = await run(tree, [...JEST, ...options, '-t', name, test]);
  if (code === null) return { outcome: 'hang' };
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(isFailed);
  if (failed)
    return { outcome: 'red', failed: numFailedTests, first: failed.fullName, why: tail(failed.failureMessages[0]) };
  return { outcome: numPassedTests > 0 ? 'GREEN' : 'no test', why: numPassedTests > 0 ? '' : tail(output) };
}

function isFailed({ status }) {
  return status === 'failed';
}

/** `code` is null if the process was killed, with its children. */
function run(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, detached: process.platform !== 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const late = setTimeout(() => endAll(child), TIMEOUT);
    const interrupted = () => {
      endAll(child);
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      endAll(child);
      process.off('SIGINT', interrupted);
      resolve({ code, output });
    });
  });
}

/** Also kills children: a test that fails halfway leaves bots and stand-ins running. */
function endAll(child) {
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function tail(output = '') {
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  const lines = output
    .replace(colours, '')
    .split('\n')
    .filter((line) => line.trim());
  return lines.slice(0, 8).join(' | ').slice(0, 600);
}

function say(threat, outcome, text) {
  console.log(`${threat.padEnd(4)} ${outcome.padEnd(9)}${text}`);
}
