import { generatedTexts, type ResolvedCommand } from './commands.ts';
import { readLanguageFile } from './template.ts';
import { textKeys } from './text-keys.ts';
import type { LanguageFile, Manifest, ReportProblem } from './types.ts';

const COMMAND_KEY = /^composeExtensions\[0\]\.commands\[(\d+)\]\.(.+)$/;

interface Languages {
  /** With its commands in their final places. */
  manifest: Manifest;
  placed: readonly ResolvedCommand[];
  /** The template's files, their variables filled in, by name. */
  files: ReadonlyMap<string, unknown>;
}

/** The files of the languages that the manifest names, their keys led to where each command is now. */
export function resolveLanguages(
  { manifest, placed, files }: Languages,
  note: ReportProblem,
): Map<string, LanguageFile> {
  const english = textKeys(manifest);
  const made = new Map<string, LanguageFile>();
  for (const { languageTag, file } of manifest.localizationInfo?.additionalLanguages ?? []) {
    if (!files.has(file)) {
      const fix = `Write appPackage/${file}, or take it out of localizationInfo.`;
      note({ level: 'error', code: 'language.missing', what: `the language file ${file} is not there`, fix });
      continue;
    }
    const texts = readLanguageFile(files.get(file), file, note);
    if (!texts) continue;
    const all = { ...remapKeys(texts, placed), ...ofMade(placed, languageTag) };
    compare(file, all, english, note);
    made.set(file, all);
  }
  return made;
}

/** The template's texts under the new indices; those of a command that was left out are left out too. */
function remapKeys(texts: LanguageFile, placed: readonly ResolvedCommand[]): LanguageFile {
  const entries = Object.entries(texts).flatMap(([key, text]) => {
    const [, index, rest] = COMMAND_KEY.exec(key) ?? [];
    if (index === undefined) return [[key, text] as const];
    const at = placed.findIndex(({ from }) => from === Number(index));
    return at < 0 ? [] : [[keyOf(at, rest ?? ''), text] as const];
  });
  return Object.fromEntries(entries);
}

function ofMade(placed: readonly ResolvedCommand[], languageTag: string): LanguageFile {
  const entries = placed.flatMap(({ from, titles }, at) =>
    from !== undefined
      ? []
      : Object.entries(generatedTexts(titles, languageTag)).map(([rest, text]) => [keyOf(at, rest), text] as const),
  );
  return Object.fromEntries(entries);
}

function keyOf(index: number, rest: string): string {
  return `composeExtensions[0].commands[${index}].${rest}`;
}

/** Teams refuses a key that leads nowhere, and shows English for a text that is not there. */
function compare(file: string, texts: LanguageFile, english: ReadonlyMap<string, string>, note: ReportProblem): void {
  const path = `appPackage/${file}`;
  for (const key of Object.keys(texts)) {
    if (key === '$schema' || english.has(key)) continue;
    const what = `${path}: ${key} leads to no text of the manifest`;
    note({ level: 'error', code: 'language.stray', what, fix: `Take it out of ${path}.` });
  }
  for (const key of english.keys()) {
    if (Object.hasOwn(texts, key)) continue;
    const what = `${path}: ${key} is not translated, so its readers see English`;
    note({ level: 'warning', code: 'language.untranslated', what, fix: `Translate it in ${path}.` });
  }
}
