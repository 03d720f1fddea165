import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { builtPath } from '../../../local/paths.ts';
import { type CommandResult, runScript } from '../process/command.ts';
import { ROOT } from './files.ts';

interface Finding {
  id: string;
  section: string;
  severity: 'error' | 'warning' | 'ok' | 'skipped';
  what?: string;
  why?: string;
  fix?: string;
}

interface JsonReport {
  findings: Finding[];
  redirectUris: { connection: string; uri: string }[];
}

export interface Diagnosis extends JsonReport {
  code: number | null;
  /** The whole output. */
  output: string;
}

/** The built doctor. */
interface BuiltDoctor {
  diagnose(
    surroundings: { env: Record<string, string>; nodeVersion: string; folder: string; colour: boolean },
    options: { env: string; offline?: boolean },
    now: number,
  ): Promise<{ text: string[]; json: JsonReport; incomplete: boolean }>;
}

type Json = Record<string, unknown>;

/** The doctor warns of an older Node, on which these tests also run. */
const NODE_OF_PRODUCTION = '24.11.0';

/** NODE_OPTIONS of a process that reports another Node version. */
export function tellNode(version: string): string {
  const text = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return `--import=data:text/javascript,${encodeURIComponent(text)}`;
}

/** A folder with a project that a test breaks. The doctor runs there, with only this environment. */
export class DoctorProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
  readonly environment: string;
  env: Record<string, string>;

  constructor(environment: string, env: Record<string, string>) {
    this.environment = environment;
    this.env = env;
  }

  /** Runs a function with a copy, in its own folder. */
  async withCopy<T>(work: (project: DoctorProject) => Promise<T>): Promise<T> {
    const copy = new DoctorProject(this.environment, { ...this.env });
    cpSync(this.folder, copy.folder, { recursive: true });
    try {
      return await work(copy);
    } finally {
      copy.discard();
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Json): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }

  remove(name: string): void {
    rmSync(this.path(name));
  }

  /** Changes one value in a JSON file. @param place keys and list indices, separated by slashes */
  change(name: string, place: string, value: unknown): void {
    this.write(name, changed(readFileSync(this.path(name), 'utf8'), place, value));
  }

  get packagePath(): string {
    return `appPackage/build/latchkey.${this.environment}.zip`;
  }

  /** The same in the manifest of the built package. */
  changePackage(place: string, value: unknown): void {
    const files = unzipSync(readFileSync(this.path(this.packagePath)));
    const manifest = changed(new TextDecoder().decode(files['manifest.json']), place, value);
    files['manifest.json'] = new TextEncoder().encode(manifest);
    writeFileSync(this.path(this.packagePath), zipSync(files));
  }

  /** Builds the package, like `npm run package`. */
  async pack(): Promise<void> {
    const { code, stderr } = await runScript(
      builtPath('scripts/package/main.js'),
      ['--env', this.environment],
      this.#place,
    );
    if (code !== 0) throw new Error(`The package can't be built: ${stderr}`);
  }

  /** Runs a command of the command line. */
  async latchkey(...args: string[]): Promise<CommandResult> {
    return runScript(builtPath('bot/cli.js'), args, this.#place);
  }

  async doctor(...args: string[]): Promise<CommandResult> {
    return this.latchkey('doctor', '--env', this.environment, ...args);
  }

  /** … with `--json`. */
  async diagnose(...args: string[]): Promise<Diagnosis> {
    const { code, stdout, stderr } = await this.doctor('--json', ...args);
    if (stderr) throw new Error(`The doctor reports an error: ${stderr}`);
    return { ...(JSON.parse(stdout) as JsonReport), code, output: stdout };
  }

  /** The command's report, from this process: two seconds less for each fault. */
  async examine(options: { env?: string; offline?: boolean } = {}): Promise<Diagnosis> {
    const { doctor } = (await import(builtPath('bot/cli/doctor.js'))) as { doctor: BuiltDoctor };
    const surroundings = { env: this.env, nodeVersion: NODE_OF_PRODUCTION, folder: this.folder, colour: false };
    const before = process.cwd();
    process.chdir(this.folder);
    try {
      const report = await doctor.diagnose(surroundings, { env: this.environment, ...options }, Date.now());
      const output = [...report.text, JSON.stringify(report.json)].join('\n');
      return { ...report.json, code: report.incomplete ? 1 : 0, output };
    } finally {
      process.chdir(before);
    }
  }

  get #place() {
    return { cwd: this.folder, env: { NODE_OPTIONS: tellNode(NODE_OF_PRODUCTION), ...this.env } };
  }

  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function changed(json: string, place: string, value: unknown): string {
  const keys = place.split('/');
  const content = JSON.parse(json) as Json;
  const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Json, content);
  parent[String(keys.at(-1))] = value;
  return JSON.stringify(content, null, 2);
}

/** The repository's own template, texts and icons. */
export function addTemplate(project: DoctorProject): void {
  cpSync(join(ROOT, 'appPackage'), project.path('appPackage'), {
    recursive: true,
    filter: (path) => !path.endsWith('/build'),
  });
}

/** Of an environment file. */
export function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Ids of the faults, sorted. */
export function wrong({ findings }: Pick<Diagnosis, 'findings'>): string[] {
  const faults = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  return [...new Set(faults.map(({ id }) => id))].sort();
}

/** A project with one fault, and the expected report of the doctor. */
export interface Broken {
  /** The check that must find it. */
  id: string;
  /** The change of the correct project. */
  by: string;
  break(project: DoctorProject): unknown;
  what: RegExp;
  fix: RegExp | string;
  /** Other checks that must find it, too. */
  also?: string[];
  /** An error unless said. */
  severity?: 'warning';
  /** Only the command in its own process finds it, or it needs botbuilder, whose `uuid` Jest loads only on Node 24. */
  asCommand?: true;
}
