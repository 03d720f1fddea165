import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../local/certificate.ts';
import { freePorts } from '../../../local/processes.ts';
import { startProgram } from '../process/program.ts';
import { findProgram } from '../requirements.ts';
import { type RawResponse, responseTo } from './raw-http.ts';

/** A real reverse proxy with the repository's own configuration. Only names, ports and paths are the test's. */
export interface ReverseProxy {
  /** Where it takes https. */
  origin: string;
  /** Its http port, which redirects to https. Caddy has its own, which is off here. */
  httpUrl: string | undefined;
  /** Reads the log that the committed configuration writes. */
  logs(): string;
  /** A request through it, from this address of this machine. */
  ask(requested: PendingRequest): Promise<RawResponse>;
  /** Ends it. @returns its whole log */
  stop(): Promise<string>;
}

interface PendingRequest {
  method?: string;
  target: string;
  headers?: Record<string, string>;
  body?: string;
  /** The source address of the request: any of 127.0.0.0/8. */
  from?: string;
  agent?: Agent;
}

export type ProxyKind = 'nginx' | 'caddy';

/** Ports for one, needed before the bot gets its origin. */
export async function proxyPorts(): Promise<{ https: number; http: number }> {
  const [https = 0, http = 0] = await freePorts(2);
  return { https, http };
}

/** Starts it in front of a bot on this port, with its own certificate. */
export async function startReverseProxy(
  kind: ProxyKind,
  ports: { https: number; http: number },
  botPort: number,
): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${kind}-`));
  const { certificate, privateKey } = makeCertificate();
  writeFileSync(join(folder, 'fullchain.pem'), certificate);
  writeFileSync(join(folder, 'privkey.pem'), privateKey);
  const { args, env, files } = kind === 'nginx' ? nginx(folder, ports, botPort) : caddy(folder, ports, botPort);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const ask = (requested: PendingRequest) => askOverTls(ports.https, certificate, requested);
  const isReady = async () => (await ask({ target: '/' })).status > 0;
  const program = await startProgram(findProgram(kind) ?? kind, args, { env }, isReady);
  const logs = () =>
    program.output() +
    ['latchkey.log', 'latchkey.error.log'].map((name) => readIfExisting(join(folder, name))).join('');
  return {
    origin: `https://localhost:${ports.https}`,
    httpUrl: kind === 'nginx' ? `http://127.0.0.1:${ports.http}` : undefined,
    logs,
    ask,
    async stop() {
      await program.stop();
      const written = logs();
      rmSync(folder, { recursive: true, force: true });
      return written;
    },
  };
}

/** The repository's file, with each of these texts replaced everywhere. A text that does not occur is a fault of the
 * test. */
function changed(name: string, changes: readonly (readonly [string, string])[]): string {
  const text = readFileSync(join(import.meta.dirname, '../../../deploy', name), 'utf8');
  return changes.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`deploy/${name} has no ${from}`);
    return now.replaceAll(from, to);
  }, text);
}

function nginx(folder: string, { https, http }: { https: number; http: number }, botPort: number) {
  const site = changed('nginx.conf', [
    ['listen 80;', `listen 127.0.0.1:${http};`],
    ['listen [::]:80;', ''],
    ['listen 443 ssl;', `listen 127.0.0.1:${https} ssl;`],
    ['listen [::]:443 ssl;', ''],
    ['127.0.0.1:3978', `127.0.0.1:${botPort}`],
    ['/etc/letsencrypt/live/latchkey.example.com', folder],
    ['/var/log/nginx', folder],
    ['latchkey.example.com', 'localhost'],
  ]);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // As Debian's own nginx.conf includes conf.d.
  const main = [
    'daemon off;',
    `pid ${folder}/nginx.pid;`,
    'error_log stderr;',
    'events {}',
    'http {',
    `  include ${folder}/site.conf;`,
    ...places.map((name) => `  ${name}_temp_path ${folder}/${name};`),
    '}\n',
  ].join('\n');
  return { args: ['-c', join(folder, 'main.conf')], env: {}, files: { 'site.conf': site, 'main.conf': main } };
}

function caddy(folder: string, { https }: { https: number }, botPort: number) {
  const certificate = `tls ${folder}/fullchain.pem ${folder}/privkey.pem`;
  // Only this site, without Caddy's own certificates, which the whole machine would have to trust.
  const site = changed('Caddyfile', [
    ['\n{\n', '\n{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n'],
    ['\n{$LATCHKEY_SITE:latchkey.example.com} {', `\nhttps://localhost:${https} {\n\t${certificate}\n\tbind 127.0.0.1`],
    ['127.0.0.1:3978', `127.0.0.1:${botPort}`],
  ]);
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return { args, env, files: { Caddyfile: site } };
}

function readIfExisting(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The test trusts exactly this certificate. It has no name. */
function askOverTls(
  port: number,
  ca: string,
  { method = 'GET', target, headers = {}, body, from, agent }: PendingRequest,
) {
  const options = {
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    method,
    path: target,
    headers: { Host: `localhost:${port}`, ...headers },
    ca,
    checkServerIdentity: () => undefined,
    agent: agent ?? false,
    ...(from && { localAddress: from }),
  };
  return responseTo(request(options), body);
}
