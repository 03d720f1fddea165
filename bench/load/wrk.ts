import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOAD_CORE, onCore } from '../harness/cores.ts';
import type { Request } from '../harness/requests.ts';
import { onTheWire } from './connection.ts';
import type { LoadOptions, Measured } from './load.ts';

/** One thread of wrk sends the requests in turn on any free connection, and prints its results as JSON. */
const SCRIPT = `
local requests, at = {}, 0
function init(args)
  local file = assert(io.open(args[1], 'rb'))
  for request in file:read('*a'):gmatch('([^%z]+)') do requests[#requests + 1] = request end
  file:close()
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"failed":%d,"p50":%f,"p99":%f,"max":%f}\\n',
    summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
`;

export function wrkVersion(): string | undefined {
  // wrk prints its version and exits with 1.
  const { stdout, error } = spawnSync('wrk', ['--version'], { encoding: 'utf8' });
  return error ? undefined : /wrk (\S+)/.exec(stdout)?.[1];
}

export async function runWrk(requests: readonly Request[], options: LoadOptions): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-wrk-'));
  try {
    const [script, list] = [join(folder, 'load.lua'), join(folder, 'requests')];
    writeFileSync(script, SCRIPT);
    writeFileSync(list, requests.map(onTheWire).join('\0'));
    const { url, connections, seconds } = options;
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url, '--', list];
    const { stdout } = await promisify(execFile)(...onCore(LOAD_CORE, 'wrk', args));
    return readSummary(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSummary(output: string): Measured {
  const json = output.trim().split('\n').at(-1) ?? '';
  const { microseconds, ...rest } = JSON.parse(json) as Omit<Measured, 'perSecond'> & { microseconds: number };
  return { ...rest, perSecond: rest.requests / (microseconds / 1_000_000) };
}
