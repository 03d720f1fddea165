import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateAppPackage } from '../../bot/app-package/app-package.ts';
import type { AppPackage, Manifest, Problem } from '../../bot/app-package/types.ts';
import { isEnvironmentName } from '../../bot/app-package/variables.ts';
import { readIcons } from './icons.ts';
import { readProject } from './project.ts';
import { problemsText, reportOn, reportText } from './report.ts';
import { checkSchemas } from './schemas.ts';
import { zip } from './zip.ts';

const HELP = `Builds the Teams app package: appPackage/build/latchkey.<env>.zip.

  npm run package [-- --env <name>]

  --env <name>  reads env/.env.<name> and env/.env.<name>.user; the default is dev
  --json        prints the content of the package, or the problems, as JSON
  --help        prints this text

The search commands, link domains, validDomains and the id of the sign-in come from connections.json (or
CONNECTIONS_FILE) and BASE_URL. All other values come from appPackage/. If a variable is both in the environment and in
a file, the environment wins.
Exit code: 0 done, 1 there are problems to fix, 2 the command line is wrong.
`;
const OPTIONS = { env: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;

process.exitCode = await main(process.argv.slice(2)).catch(explain);

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === 'string')
    return print(process.stderr, `package: ${options}. See npm run package -- --help.`, 2);
  if (options.help) return print(process.stdout, HELP.trimEnd(), 0);
  const { env: environment = 'dev', json = false } = options;
  const path = join('appPackage', 'build', `latchkey.${environment}.zip`);
  // Deletes the old package first, so that a failed run leaves none to upload by mistake.
  rmSync(path, { force: true });
  const { manifest, files, problems } = await build(environment);
  const errors = problems.filter(({ level }) => level === 'error');
  const warnings = problems.filter(({ level }) => level === 'warning');
  if (!manifest || errors.length > 0) return refuse(errors, warnings, json);
  const bytes = zip(files);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const report = reportOn(path.replaceAll('\\', '/'), bytes, files, manifest, warnings);
  if (json) return print(process.stdout, JSON.stringify(report), 0);
  warn(warnings);
  return print(process.stdout, reportText(report), 0);
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    return isEnvironmentName(values.env ?? 'dev') ? values : '--env must contain only letters, digits and dashes';
  } catch (error) {
    return (error as Error).message;
  }
}

interface Built extends Pick<AppPackage, 'manifest' | 'problems'> {
  /** The content of the zip, by name. */
  files: ReadonlyMap<string, Uint8Array>;
}

async function build(environment: string): Promise<Built> {
  const problems: Problem[] = [];
  const note = (problem: Problem) => void problems.push(problem);
  const folder = process.cwd();
  const generated = generateAppPackage(readProject(folder, environment, process.env, note));
  problems.push(...generated.problems);
  const { manifest, languages } = generated;
  if (!manifest) return { manifest, problems, files: new Map() };
  await checkSchemas(manifest, languages, note);
  const icons = readIcons(folder, manifest, note);
  const messages = [['manifest.json', manifest] as const, ...languages].map(
    ([name, text]) => [name, encode(text)] as const,
  );
  return { manifest, problems, files: new Map([...messages, ...icons].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function encode(text: Manifest | Record<string, string>): Uint8Array {
  return Buffer.from(`${JSON.stringify(text, null, 2)}\n`);
}

function refuse(errors: readonly Problem[], warnings: readonly Problem[], json: boolean): number {
  if (json) return print(process.stdout, JSON.stringify({ problems: [...errors, ...warnings] }), 1);
  const heading = `The app package was not built. Problems to fix: ${errors.length}`;
  print(process.stderr, `${heading}\n${problemsText(errors)}`, 1);
  warn(warnings);
  return 1;
}

function warn(warnings: readonly Problem[]): void {
  if (warnings.length > 0) print(process.stderr, `Warnings:\n${problemsText(warnings)}`, 0);
}

function explain(error: unknown): number {
  return print(process.stderr, `package: ${(error as Error).message}`, 1);
}

function print(stream: NodeJS.WriteStream, text: string, exitCode: number): number {
  stream.write(`${text}\n`);
  return exitCode;
}
