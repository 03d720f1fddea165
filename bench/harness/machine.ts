import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { wrkVersion } from '../load/wrk.ts';
import type { Bench } from './bench.ts';
import { arePinned, CORES } from './cores.ts';

export function describeMachine({ options, environment, load }: Bench): string {
  const lines = [
    ['date', new Date().toISOString().slice(0, 10)],
    ['command', commandLine()],
    ['runs', `${options.rounds} rounds, ${options.seconds} s a case after ${options.warmUpSeconds} s of warming up`],
    ['machine', machineName()],
    [
      'cores',
      arePinned ? 'one for the server, another for load, Connector, wiki and Redis' : 'shared by all: **not pinned**',
    ],
    ['Node', process.versions.node],
    ['load', load === 'wrk' ? `wrk ${wrkVersion()}` : `autocannon ${versionOf('autocannon')}`],
    ['Redis', environment.redis?.version ?? 'none'],
    ...PACKAGES.map((name) => [name, versionOf(name)]),
  ];
  return lines.map(([subject, value]) => `- ${subject}: ${value}`).join('\n');
}

/** Cores, memory and system. */
export function machineName(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${CORES} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, ${memory}, ${type()} ${release()}`;
}

/** The command of this run, as code in Markdown. */
export function commandLine(): string {
  return `\`${['npm run bench', ...withArguments()].join(' ')}\``;
}

const PACKAGES = ['botbuilder', 'restify', 'jose', '@microsoft/teams.apps', '@microsoft/agents-hosting', 'express'];

function withArguments(): string[] {
  const args = process.argv.slice(2);
  return args.length > 0 ? ['--', ...args] : [];
}

/** The bench's packages are in bench/, the others in the root. */
function versionOf(name: string): string {
  for (const folder of ['../../../bench/node_modules/', '../../../node_modules/']) {
    try {
      const text = readFileSync(new URL(`${folder}${name}/package.json`, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 'not installed';
}
