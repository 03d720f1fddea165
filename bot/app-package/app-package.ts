import type { ConnectionConfig } from '../config/connection-schema.ts';
import { parseConnections } from '../config/connections-file.ts';
import type { Env } from '../config/env.ts';
import { fieldsWith, findPreset } from '../config/preset/preset.ts';
import { resolveCommands } from './commands.ts';
import { linkDomains, tokenServiceDomains, validDomains, webApplicationInfo } from './domains.ts';
import { resolveLanguages } from './languages.ts';
import { readTemplate } from './template.ts';
import type { AppPackage, AppPackageInput, LanguageFile, Manifest, Problem, ReportProblem } from './types.ts';
import { reportMissing, reportUnresolved, substituteVariables } from './variables.ts';

/** Secrets, scopes and sign-in addresses. */
const NOT_PACKAGED = /^(signIn\.(?!type$)|source\.(headers|fields)\.)/;
const ENTRA_FIELDS = /^signIn\.(clientId|authority|resource)$/;

/** Variables that do not reach the package need not be set.
 * @param file for problems */
export function readPackagedConnections(
  raw: unknown,
  { file, variables, loopback }: { file: string; variables: Env; loopback: boolean },
  note: ReportProblem,
): readonly ConnectionConfig[] {
  const problem = (problem: string) => {
    const fix = `Fix ${file}, or set the variable where the package's other variables are set.`;
    note({ level: 'error', code: 'connections.file', what: `${file}: ${problem}`, fix });
  };
  return parseConnections(raw, variables, loopback, problem, (path) => isPackaged(raw, path));
}

function isPackaged(raw: unknown, path: string): boolean {
  const [, index, field = ''] = /^connections\.(\d+)\.(.+)$/.exec(path) ?? [];
  if (index === undefined) return true;
  const { connections } = raw as { connections: Entry[] };
  const entry = connections[Number(index)] ?? {};
  const preset = typeof entry.preset === 'string' ? findPreset(entry.preset) : undefined;
  const signInType = entry.signIn?.type ?? preset?.signIn.type;
  const isNeeded = (name: string) =>
    ENTRA_FIELDS.test(name) ? ['entra', 'teamsSso'].includes(String(signInType)) : !NOT_PACKAGED.test(name);
  return preset && Object.hasOwn(preset.values, field) ? fieldsWith(preset, field).some(isNeeded) : isNeeded(field);
}

interface Entry {
  preset?: unknown;
  signIn?: { type?: unknown };
}

/** Search commands, link domains, `validDomains` and `webApplicationInfo` come from the configuration, so they cannot
 * differ from it. */
export function generateAppPackage(input: AppPackageInput): AppPackage {
  const problems: Problem[] = [];
  const note: ReportProblem = (problem) => void problems.push(problem);
  const missing = new Set<string>();
  const template = readTemplate(substituteVariables(input.template, input.variables, missing), note);
  const files = new Map(
    [...input.languages].map(([file, messages]) => [file, substituteVariables(messages, input.variables, missing)]),
  );
  reportMissing(missing, input.environment, note);
  const made = build(input, template, files, note);
  reportUnresolved([made.manifest, ...made.languages.values()], missing, note);
  return { ...made, problems };
}

function build(
  { environment, connections, baseUrl, variables }: AppPackageInput,
  template: Manifest | undefined,
  files: ReadonlyMap<string, unknown>,
  note: ReportProblem,
): { manifest: Manifest | undefined; languages: ReadonlyMap<string, LanguageFile> } {
  const domains = {
    valid: [...validDomains(baseUrl, environment, note), ...tokenServiceDomains(connections, variables)],
    links: linkDomains(connections, environment, note),
  };
  if (!template) return { manifest: undefined, languages: new Map() };
  const [extension] = template.composeExtensions;
  const placed = resolveCommands(extension.commands, connections, note);
  const { messageHandlers: _, ...rest } = extension;
  const composeExtension = {
    ...rest,
    ...(domains.links.length > 0 ? { messageHandlers: [handlerOf(domains.links)] } : {}),
    commands: placed.map(({ command }) => command),
  };
  const info = webApplicationInfo(template.webApplicationInfo, connections, extension.botId, note);
  const manifest: Manifest = {
    ...template,
    composeExtensions: [composeExtension],
    validDomains: domains.valid,
    ...(info ? { webApplicationInfo: info } : {}),
  };
  const languages = resolveLanguages({ manifest, placed, files }, note);
  checkRules(manifest, languages, note);
  return { manifest, languages };
}

/** With anonymized payloads, Teams also unfurls links where the app is not installed. The bot then returns only the
 * link. */
function handlerOf(domains: string[]) {
  return { type: 'link' as const, value: { domains, supportsAnonymizedPayloads: true } };
}

/** Rules of the Teams store beyond the schema. */
function checkRules(manifest: Manifest, languages: ReadonlyMap<string, LanguageFile>, note: ReportProblem): void {
  checkVersions(manifest, note);
  checkNames(manifest, languages, note);
  checkDeveloper(manifest, note);
  checkPrompts(manifest, note);
}

function checkVersions({ $schema, manifestVersion, version }: Manifest, note: ReportProblem): void {
  if (!$schema.includes(`/v${manifestVersion}/`)) {
    const problem = `$schema and manifestVersion (${manifestVersion}) name two versions`;
    note({
      level: 'error',
      code: 'manifest.schema',
      what: problem,
      fix: 'Make them the same in appPackage/manifest.json.',
    });
  }
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) {
    const reason = `version (${version}) is not three numbers with dots between them`;
    note({
      level: 'error',
      code: 'manifest.version',
      what: reason,
      fix: 'Write one like 1.0.0 in appPackage/manifest.json.',
    });
  }
}

function checkNames({ name }: Manifest, languages: ReadonlyMap<string, LanguageFile>, note: ReportProblem): void {
  const names = [
    ['appPackage/manifest.json', name.short] as const,
    ...[...languages].map(([file, messages]) => [`appPackage/${file}`, messages['name.short']] as const),
  ];
  for (const [file, short] of names) {
    if (short === undefined) continue;
    if (short.length > 30) {
      const problem = `${file}: name.short has ${short.length} characters with its suffix: "${short}"; Teams allows 30`;
      note({ level: 'error', code: 'name.long', what: problem, fix: 'Shorten it, or APP_NAME_SUFFIX.' });
    }
    if (/\bteams\b/i.test(short)) {
      const reason = `${file}: name.short ("${short}") contains "Teams", which only Microsoft may use`;
      note({ level: 'error', code: 'name.teams', what: reason, fix: 'Take the word out.' });
    }
  }
}

function checkDeveloper({ developer }: Manifest, note: ReportProblem): void {
  const urls = [developer.websiteUrl, developer.privacyUrl, developer.termsOfUseUrl];
  for (const [at, key] of (['websiteUrl', 'privacyUrl', 'termsOfUseUrl'] as const).entries()) {
    const url = urls[at] ?? '';
    // Already reported as a missing variable.
    if (url.includes('${{') || (URL.canParse(url) && new URL(url).protocol === 'https:')) continue;
    const problem = `developer.${key} is not an https address`;
    const fix = 'Name a page that is open to everybody, such as https://example.com/privacy.';
    note({ level: 'error', code: 'developer.url', what: problem, fix });
  }
}

function checkPrompts({ composeExtensions: [{ commands }] }: Manifest, note: ReportProblem): void {
  for (const { id, type, samplePrompts = [] } of commands) {
    if (type === 'action' || (samplePrompts.length >= 3 && samplePrompts.length <= 5)) continue;
    const problem = `the search command ${id} has ${samplePrompts.length} samplePrompts; Copilot wants 3 to 5`;
    note({ level: 'error', code: 'command.prompts', what: problem, fix: 'Write them in appPackage/manifest.json.' });
  }
}
