import type { LanguageFile, Manifest, ReportProblem } from './types.ts';

/** What Teams asks of a manifest beyond its schema: the validation rules of the store, as far as a program can see them. */
export function checkRules(
  manifest: Manifest,
  languages: ReadonlyMap<string, LanguageFile>,
  note: ReportProblem,
): void {
  checkVersions(manifest, note);
  checkNames(manifest, languages, note);
  checkDeveloper(manifest, note);
  checkPrompts(manifest, note);
}

function checkVersions({ $schema, manifestVersion, version }: Manifest, note: ReportProblem): void {
  if (!$schema.includes(`/v${manifestVersion}/`)) {
    const what = `$schema and manifestVersion (${manifestVersion}) name two versions`;
    note({ level: 'error', code: 'manifest.schema', what, fix: 'Make them the same in appPackage/manifest.json.' });
  }
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) {
    const what = `version (${version}) is not three numbers with dots between them`;
    note({ level: 'error', code: 'manifest.version', what, fix: 'Write one like 1.0.0 in appPackage/manifest.json.' });
  }
}

function checkNames({ name }: Manifest, languages: ReadonlyMap<string, LanguageFile>, note: ReportProblem): void {
  const names = [
    ['appPackage/manifest.json', name.short] as const,
    ...[...languages].map(([file, texts]) => [`appPackage/${file}`, texts['name.short']] as const),
  ];
  for (const [file, short] of names) {
    if (short === undefined) continue;
    if (short.length > 30) {
      const what = `${file}: name.short has ${short.length} characters with its suffix: "${short}"; Teams takes 30`;
      note({ level: 'error', code: 'name.long', what, fix: 'Shorten it, or APP_NAME_SUFFIX.' });
    }
    if (/\bteams\b/i.test(short)) {
      const what = `${file}: name.short ("${short}") says "Teams", which is Microsoft's to use`;
      note({ level: 'error', code: 'name.teams', what, fix: 'Take the word out.' });
    }
  }
}

function checkDeveloper({ developer }: Manifest, note: ReportProblem): void {
  const urls = [developer.websiteUrl, developer.privacyUrl, developer.termsOfUseUrl];
  for (const [at, key] of (['websiteUrl', 'privacyUrl', 'termsOfUseUrl'] as const).entries()) {
    const url = urls[at] ?? '';
    // Its variable is missing, which is said already.
    if (url.includes('${{') || (URL.canParse(url) && new URL(url).protocol === 'https:')) continue;
    const what = `developer.${key} is no https address`;
    const fix = 'Name a page that is open to everybody, such as https://example.com/privacy.';
    note({ level: 'error', code: 'developer.url', what, fix });
  }
}

function checkPrompts({ composeExtensions: [{ commands }] }: Manifest, note: ReportProblem): void {
  for (const { id, type, samplePrompts = [] } of commands) {
    if (type === 'action' || (samplePrompts.length >= 3 && samplePrompts.length <= 5)) continue;
    const what = `the search command ${id} has ${samplePrompts.length} samplePrompts; Copilot wants 3 to 5`;
    note({ level: 'error', code: 'command.prompts', what, fix: 'Write them in appPackage/manifest.json.' });
  }
}
