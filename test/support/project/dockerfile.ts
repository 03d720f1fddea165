import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';

/* Docker's work on a Dockerfile, as far as ours needs it: each stage is a folder, and each instruction runs there.
 * Only the parts of a base image (Node, npm, a user) are this machine's. */

interface Instruction {
  name: string;
  text: string;
}

/** A stage after all of its instructions: a folder in place of `/`, and the image's metadata. */
export interface Stage {
  from: string;
  root: string;
  workdir: string;
  env: Record<string, string>;
  /** Build arguments, with their defaults. */
  args: Record<string, string>;
  labels: Record<string, string>;
  user: string | undefined;
  command: string[];
  healthcheck: string[];
  ports: string[];
}

interface BuildOptions {
  /** What Docker sees. */
  context: string;
  /** Replaces a RUN; false if the RUN must be executed. */
  instead?: (command: string, workdir: string) => boolean;
  timeout: number;
}

/** Instructions of a Dockerfile, in order; comments left out. */
export function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`No instruction: ${line}`);
    return { name, text: rest };
  });
}

/** A folder with the files of `root` that the .dockerignore lets Docker see. Ours has the simplest form: it excludes
 * everything except the named paths. */
export function contextOf(root: string): string {
  const [first, ...rest] = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const names = rest.map((line) => /^!([\w.-]+)$/.exec(line)?.[1]);
  if (first !== '*' || names.includes(undefined))
    throw new Error('.dockerignore has a pattern that this test does not read');
  const context = mkdtempSync(join(tmpdir(), 'latchkey-context-'));
  for (const name of names) cpSync(join(root, String(name)), join(context, String(name)), { recursive: true });
  return context;
}

/** Runs all instructions. The caller removes the folders of the stages. @throws {Error} with the output of a step */
export function build(instructions: readonly Instruction[], options: BuildOptions): Map<string, Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const { name, text } of instructions) {
    if (name === 'FROM') {
      const [from = '', , alias = 'final'] = text.split(/\s+/);
      stage = newStage(from);
      stages.set(alias, stage);
    } else {
      if (!stage) throw new Error(`${name} before FROM`);
      perform(stage, name, text, stages, options);
    }
  }
  return stages;
}

function newStage(from: string): Stage {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-stage-'));
  return {
    from,
    root,
    workdir: '/',
    env: {},
    args: {},
    labels: {},
    user: undefined,
    command: [],
    healthcheck: [],
    ports: [],
  };
}

function perform(stage: Stage, name: string, text: string, stages: Map<string, Stage>, options: BuildOptions): void {
  const here = join(stage.root, stage.workdir);
  switch (name) {
    case 'WORKDIR':
      stage.workdir = text;
      mkdirSync(join(stage.root, text), { recursive: true });
      return;
    case 'ENV':
      Object.assign(stage.env, assignment(text, stage));
      return;
    case 'ARG':
      Object.assign(stage.args, assignment(text, stage));
      return;
    case 'LABEL':
      Object.assign(stage.labels, assignment(text, stage));
      return;
    case 'COPY':
      copy(stage, text, stages, options.context);
      return;
    case 'RUN':
      if (!options.instead?.(text, here)) run(text, here, stage.env, options.timeout);
      return;
    case 'USER':
      stage.user = text;
      return;
    case 'EXPOSE':
      stage.ports.push(text);
      return;
    case 'CMD':
      stage.command = JSON.parse(text) as string[];
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(text.slice(text.indexOf('['))) as string[];
      return;
    default:
      throw new Error(`This test does not know ${name}`);
  }
}

/** `name=value`, with or without quotes around the value; `$NAME` is a build argument. */
function assignment(text: string, { args }: Stage): Record<string, string> {
  const [, name = '', quoted, plain = ''] = /^([\w.]+)=(?:"([^"]*)"|(\S*))$/.exec(text) ?? [];
  if (name === '') throw new Error(`No assignment: ${text}`);
  return { [name]: (quoted ?? plain).replace(/\$(\w+)/g, (_, arg: string) => args[arg] ?? '') };
}

/** A folder's content is copied into the target. A file keeps its name if the target ends in a slash. */
function copy(stage: Stage, text: string, stages: Map<string, Stage>, context: string): void {
  const message = text.split(/\s+/);
  const from = /^--from=(.+)$/.exec(message[0] ?? '')?.[1];
  const [sources, target = ''] = [message.slice(from === undefined ? 0 : 1, -1), message.at(-1)];
  const base = from === undefined ? context : stages.get(from)?.root;
  if (base === undefined) throw new Error(`COPY from an unknown stage: ${from}`);
  for (const source of sources) {
    const path = join(base, source);
    if (!existsSync(path)) throw new Error(`COPY of a missing file: ${source}`);
    const place = join(stage.root, posix.resolve(stage.workdir, target));
    const isFile = statSync(path).isFile();
    const to = isFile && target.endsWith('/') ? join(place, basename(source)) : place;
    mkdirSync(isFile ? dirname(to) : to, { recursive: true });
    // Hard links are as good as copies here, and a hundred times faster for a folder of packages.
    if (from !== undefined && !isFile) link(path, to);
    else cpSync(path, to, { recursive: true });
  }
}

/** What `cp -al` does: the same tree again, without a copy of the content. */
export function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const entries = readdirSync(from).map((name) => join(from, name));
  // Hard links to another file system are not possible.
  const { status, stderr } = spawnSync('cp', ['-al', ...entries, to], { encoding: 'utf8' });
  if (status !== 0 && spawnSync('cp', ['-a', ...entries, to]).status !== 0) throw new Error(`cp: ${stderr}`);
}

function run(command: string, cwd: string, env: Record<string, string>, timeout: number): void {
  const { PATH = '', HOME = '' } = process.env;
  // Removes this machine's own npm settings (registry, trusted certificates). An image has its own.
  const npm = Object.entries(process.env).filter(([name]) =>
    /^(npm_config_|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/i.test(name),
  );
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd,
    env: { PATH, HOME, ...Object.fromEntries(npm), npm_config_prefer_offline: 'true', ...env },
    encoding: 'utf8',
    timeout,
  });
  if (status !== 0) throw new Error(`RUN ${command} ended with ${status}: ${stdout}${stderr}`);
}

export function discard(stages: Iterable<Stage>): void {
  for (const { root } of stages) rmSync(root, { recursive: true, force: true });
}
