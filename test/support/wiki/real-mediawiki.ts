import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../../local/processes.ts';
import { findProgram } from '../requirements.ts';
import { eventually } from '../world/world.ts';

/** A real MediaWiki on SQLite, on loopback, with these pages. */
export interface RealMediawiki {
  url: string;
  /** The same wiki, with pages that only signed-in people may read. */
  privateUrl: string;
  close(): Promise<void>;
}

/** The extensions that the source uses. Debian's package has them. */
const EXTENSIONS = `
$wgExtensionDirectory = $IP . '/extensions-core';
wfLoadExtension( 'TextExtracts' );
wfLoadExtension( 'PageImages' );
if ( getenv( 'WIKI_IS_PRIVATE' ) ) { $wgGroupPermissions['*']['read'] = false; }
`;

/** Installs the wiki in its own folder, in a few seconds.
 * @param pages wikitext by title, oldest first
 * @param server the origin of its links, if another server is in front of it */
export async function startRealMediawiki(pages: Record<string, string>, server?: string): Promise<RealMediawiki> {
  const home = findProgram('mediawiki') ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mediawiki-'));
  const [port = 0, privatePort = 0] = await freePorts(2);
  const url = `http://localhost:${port}`;
  await install(home, folder, server ?? url);
  const env = { ...process.env, MW_CONFIG_FILE: join(folder, 'LocalSettings.php') };
  appendFileSync(env.MW_CONFIG_FILE, EXTENSIONS);
  await importPages(home, folder, env, pages);
  const servers = [serve(home, port, env), serve(home, privatePort, { ...env, WIKI_IS_PRIVATE: '1' })];
  const privateUrl = `http://localhost:${privatePort}`;
  await Promise.all([url, privateUrl].map(untilReady));
  return {
    url,
    privateUrl,
    async close() {
      await Promise.all(servers.map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function install(home: string, folder: string, server: string): Promise<void> {
  mkdirSync(join(folder, 'data'));
  const database = ['--dbtype', 'sqlite', '--dbname', 'wiki', '--dbpath', join(folder, 'data')];
  const wiki = ['--confpath', folder, '--server', server, '--scriptpath', '', '--pass', 'a-password-of-the-test'];
  await php(home, 'install', [...database, ...wiki, 'Test wiki', 'Admin'], process.env);
}

async function importPages(home: string, folder: string, env: NodeJS.ProcessEnv, pages: Record<string, string>) {
  mkdirSync(join(folder, 'pages'));
  const files = Object.entries(pages).map(([title, text]) => {
    const file = join(folder, 'pages', `${title.replaceAll(' ', '_')}.txt`);
    writeFileSync(file, text);
    return file;
  });
  await php(home, 'importTextFiles', ['--rc', '--user', 'Admin', '--summary', 'As the test has it', ...files], env);
}

function php(home: string, script: string, args: string[], env: NodeJS.ProcessEnv) {
  return promisify(execFile)('php', [join(home, 'maintenance', `${script}.php`), ...args], { env });
}

function serve(home: string, port: number, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('php', ['-S', `127.0.0.1:${port}`, '-t', home], { env, stdio: 'ignore' });
}

async function untilReady(url: string): Promise<void> {
  const status = () =>
    fetch(`${url}/api.php?format=json`).then(
      (response) => response.status,
      () => 0,
    );
  await eventually(status, (answered) => answered === 200);
}

async function end(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill();
  await ended;
}
