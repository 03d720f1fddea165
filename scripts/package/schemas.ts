import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ManifestUtil } from '@microsoft/app-manifest';
import { Ajv } from 'ajv';
import type { LanguageFile, Manifest, ReportProblem } from '../../bot/app-package/types.ts';

/** The generator reports these with better words. */
const TRANSLATABLE = ['/name/short', '/name.short', '/composeExtensions/0/commands'];
const require = createRequire(import.meta.url);

/** Checks the manifest and language files with Microsoft's schemas from the installed package. */
export async function checkSchemas(
  manifest: Manifest,
  languages: ReadonlyMap<string, LanguageFile>,
  note: ReportProblem,
): Promise<void> {
  const version = manifest.manifestVersion;
  const schema = readSchema(version, 'MicrosoftTeams.schema.json');
  const localization = readSchema(version, 'MicrosoftTeams.Localization.schema.json');
  if (!schema || !localization) {
    const subject = `manifestVersion ${version} is none that can be checked here`;
    const fix = 'Use 1.30, or update @microsoft/app-manifest.';
    note({ level: 'error', code: 'schema.unknown', what: subject, fix });
    return;
  }
  noteAll('manifest.json', manifest, await againstManifestSchema(manifest, schema), note);
  const check = localizationCheck(localization);
  for (const [file, messages] of languages) noteAll(file, messages, check(messages), note);
}

type Schema = Parameters<typeof ManifestUtil.validateManifestAgainstSchema>[1];

function readSchema(version: string, name: string): Schema | undefined {
  if (!/^\d+\.\d+$/.test(version)) return undefined;
  try {
    const path = require.resolve(`@microsoft/app-manifest/build/json-schemas/teams/v${version}/${name}`);
    return JSON.parse(readFileSync(path, 'utf8')) as Schema;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A JSON pointer, and the fault there. */
type Fault = readonly [path: string, message: string];

async function againstManifestSchema(manifest: Manifest, schema: Schema): Promise<Fault[]> {
  type Checked = Parameters<typeof ManifestUtil.validateManifestAgainstSchema>[0];
  const errors = await ManifestUtil.validateManifestAgainstSchema(manifest as unknown as Checked, schema);
  return errors.map((error) => {
    const [, path = '', message = error] = /^(\S*) (.*)$/s.exec(error) ?? [];
    return [path, message.replace(/\. Details: /, ' ')];
  });
}

/** Replaces Microsoft's own function: some patterns of this schema are invalid `u` regular expressions. */
function localizationCheck({ $schema: _, ...schema }: Schema): (messages: LanguageFile) => Fault[] {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, validateFormats: false });
  const validate = ajv.compile(schema);
  return (messages) => {
    validate(messages);
    const errors = validate.errors ?? [];
    return errors.map(({ instancePath, message, params }) => [instancePath, `${message} ${JSON.stringify(params)}`]);
  };
}

function noteAll(file: string, value: unknown, faults: readonly Fault[], note: ReportProblem): void {
  for (const [path, message] of faults) {
    if (TRANSLATABLE.includes(path) || isUnfilled(value, path)) continue;
    const subject = `${file}: ${path || 'the file'} ${message}`;
    const fix = `Correct it in appPackage/${file}, or in the variable or connection that the value comes from.`;
    note({ level: 'error', code: 'schema', what: subject, fix });
  }
}

/** A missing variable is reported elsewhere. @param path a JSON pointer */
function isUnfilled(value: unknown, path: string): boolean {
  const keys = path.split('/').slice(1);
  const found = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  return typeof found === 'string' && found.includes('${{');
}
