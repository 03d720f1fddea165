// The named parts of the suite. A test file is in exactly one of them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/ready.mjs';

/** File names below test/, or folders that end in a slash. A file wins over its folder. All other files are `quick`. */
const PARTS = {
  quick: ['browser/client/main-job', 'browser/auth-page/sign-in-ends', 'docs/pages', 'docs/prose'],
  browser: ['browser/'],
  playground: ['browser/client/playground', 'demo/playground', 'threats/connector/playground'],
  // Those that also run on SQLite need several bots or minutes.
  redis: [
    'contract/store/redis-address',
    'contract/store/redis-faults',
    'threats/store/instances',
    'threats/store/operator-commands',
    'threats/store/redis-cluster',
    'threats/store/redis-cut',
    'threats/store/redis-damaged',
    'threats/store/redis-demoted',
    'threats/store/redis-durability',
  ],
  mediawiki: ['contract/source/mediawiki-real', 'threats/sign-in/providers/oauth2-mediawiki'],
  doctor: ['doctor/'],
  // Starts the bot, the command line or an npm script for each test.
  commands: [
    'cli/',
    'contract/app-package/zip',
    'contract/identity-provider/token-service-local',
    'demo/',
    'docs/',
    'threats/service/configuration',
    'toolkit/',
  ],
  site: ['docs/site'],
  deploy: ['deploy/'],
  // What hangs, floods, breaks, or has to be waited for.
  faults: [
    'contract/service/outbound-proxy',
    'contract/teams/bot-credentials',
    'threats/connector/flood',
    'threats/store/damaged-store',
    'threats/search/flood',
    'threats/service/hanging',
    'threats/chat/hanging-channel',
    'threats/store/locked-store',
    'threats/service/long-loops',
    'threats/sign-in/revocation',
    'threats/service/slow-clients',
    'threats/store/store-fails',
    'threats/store/backup',
    'threats/store/upgrades',
    'threats/store/versions',
  ],
  model: ['model/'],
  bench: ['bench/'],
  soak: ['soak/'],
};

export const PART_NAMES = Object.keys(PARTS);

/** The files of a part, from the project's root, sorted.
 * @throws {Error} if {@link PARTS} names a file that does not exist: it would else change its part in silence */
export function filesOf(part) {
  const files = testFiles();
  const unknown = Object.values(PARTS)
    .flat()
    .filter((name) => !files.some((file) => isNamed(file, name)));
  if (unknown.length > 0)
    throw new Error(`scripts/test/parts.mjs names files that do not exist: ${unknown.join(', ')}`);
  return files.filter((file) => partOf(file) === part);
}

/** The longest name wins. */
function partOf(file) {
  const matches = Object.entries(PARTS).flatMap(([part, names]) =>
    names.filter((name) => isNamed(file, name)).map((name) => ({ part, length: name.length })),
  );
  return matches.sort((one, other) => other.length - one.length)[0]?.part ?? 'quick';
}

function isNamed(file, name) {
  return name.endsWith('/') ? file.startsWith(`test/${name}`) : file === `test/${name}.test.ts`;
}

function testFiles() {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => `test/${name.replaceAll('\\', '/')}`);
  return files.filter((file) => file.endsWith('.test.ts')).sort();
}
