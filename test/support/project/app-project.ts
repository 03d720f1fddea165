import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { builtPath } from '../../../local/paths.ts';
import { type CommandResult, runScript } from '../process/command.ts';
import { lines } from './doctor-project.ts';
import { ROOT } from './files.ts';

/** A complete environment. With it, the app can be packaged. */
export const SETTINGS: Readonly<Record<string, string>> = {
  APP_NAME_SUFFIX: '-dev',
  TEAMS_APP_ID: '11111111-1111-4111-8111-111111111111',
  BOT_ID: '22222222-2222-4222-8222-222222222222',
  BASE_URL: 'https://latchkey.contoso.example',
  DEVELOPER_NAME: 'Contoso',
  DEVELOPER_WEBSITE_URL: 'https://contoso.example/help',
  DEVELOPER_PRIVACY_URL: 'https://contoso.example/privacy',
  DEVELOPER_TERMS_URL: 'https://contoso.example/terms',
  WIKI_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
  WIKI_URL: 'https://wiki.contoso.example',
};

/** What `--json` says. */
interface PackageReport {
  sha256: string;
  linkDomains: string[];
  validDomains: string[];
  ids: { app: string; bot: string; signIn?: string };
  warnings: PackageProblem[];
  problems?: PackageProblem[];
}

interface PackageProblem {
  level: string;
  code: string;
  what: string;
  fix: string;
}

/** A copy of the files that packaging reads. A test may break it. */
export class AppProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-app-'));

  constructor() {
    this.reset();
  }

  /** As after a clone, with {@link SETTINGS} in env/.env.dev and the connection of the example. */
  reset(): void {
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of readdirSync(join(ROOT, 'appPackage'))) {
      if (/\.(json|png)$/.test(name)) cpSync(join(ROOT, 'appPackage', name), join(this.folder, 'appPackage', name));
    }
    cpSync(join(ROOT, 'connections.example.json'), join(this.folder, 'connections.json'));
    this.setEnvironment('dev', SETTINGS);
  }

  /** Writes a file: a text unchanged, any other value as JSON. */
  write(path: string, content: unknown): void {
    const at = join(this.folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }

  setEnvironment(name: string, settings: Readonly<Record<string, string>>): void {
    this.write(`env/.env.${name}`, lines(settings));
  }

  /** Changes a JSON file. */
  edit(path: string, change: (json: Record<string, never>) => unknown): void {
    const json = JSON.parse(readFileSync(join(this.folder, path), 'utf8'));
    this.write(path, change(json) ?? json);
  }

  /** `npm run package -- …`, without npm. */
  package(args: readonly string[] = [], env: Record<string, string> = {}): Promise<CommandResult> {
    return runScript(builtPath('scripts/package/main.js'), args, { cwd: this.folder, env });
  }

  async packageJson(args: readonly string[] = [], env: Record<string, string> = {}): Promise<PackageReport> {
    const { stdout, stderr } = await this.package([...args, '--json'], env);
    if (stdout === '') throw new Error(`The command printed no output: ${stderr}`);
    return JSON.parse(stdout) as PackageReport;
  }

  hasZip(environment = 'dev'): boolean {
    return existsSync(this.#zipPath(environment));
  }

  zip(): Buffer {
    return readFileSync(this.#zipPath('dev'));
  }

  /** The content of the zip, by name. */
  unzip(): Record<string, Uint8Array> {
    return unzipSync(this.zip());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #zipPath(environment: string): string {
    return join(this.folder, 'appPackage', 'build', `latchkey.${environment}.zip`);
  }
}
