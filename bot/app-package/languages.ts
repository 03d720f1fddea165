import { asObject } from '../platform/json.ts';
import { generatedMessages, type ResolvedCommand } from './commands.ts';
import { readLanguageFile } from './template.ts';
import type { LanguageFile, Manifest, ReportProblem } from './types.ts';

/** Localization schema 1.30. */
const TRANSLATABLE_KEYS =
  /^(name|description)\.(short|full)$|^bots\[0\]\.commandLists\[\d+\]\.commands\[\d+\]\.(title|description)$|^composeExtensions\[0\]\.commands\[\d+\]\.((parameters\[\d+\]\.)?(title|description)|samplePrompts\[\d+\]\.text|parameters\[\d+\]\.choices\[\d+\]\.title|taskInfo\.title)$/;

function textKeys(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map(TRANSLATABLE_KEYS.test(path) ? [[path, value]] : []);
  const children = Array.isArray(value)
    ? value.map((child, at) => [`${path}[${at}]`, child] as const)
    : Object.entries(asObject(value)).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child] as const);
  return new Map(children.flatMap(([key, child]) => [...textKeys(child, key)]));
}

const COMMAND_KEY = /^composeExtensions\[0\]\.commands\[(\d+)\]\.(.+)$/;

interface Languages {
  manifest: Manifest;
  placed: readonly ResolvedCommand[];
  files: ReadonlyMap<string, unknown>;
}

export function resolveLanguages(
  { manifest, placed, files }: Languages,
  note: ReportProblem,
): Map<string, LanguageFile> {
  const english = textKeys(manifest);
  const made = new Map<string, LanguageFile>();
  for (const { languageTag, file } of manifest.localizationInfo?.additionalLanguages ?? []) {
    if (!files.has(file)) {
      const fix = `Write appPackage/${file}, or remove it from localizationInfo.`;
      note({ level: 'error', code: 'language.missing', what: `the language file ${file} is missing`, fix });
      continue;
    }
    const messages = readLanguageFile(files.get(file), file, note);
    if (!messages) continue;
    const all = { ...remapKeys(messages, placed), ...ofMade(placed, languageTag) };
    compare(file, all, english, note);
    made.set(file, all);
  }
  return made;
}

/** Moves texts to the new indices. Drops those of dropped commands. */
function remapKeys(messages: LanguageFile, placed: readonly ResolvedCommand[]): LanguageFile {
  const entries = Object.entries(messages).flatMap(([key, text]) => {
    const [, index, rest] = COMMAND_KEY.exec(key) ?? [];
    if (index === undefined) return [[key, text] as const];
    const at = placed.findIndex(({ from }) => from === Number(index));
    return at < 0 ? [] : [[textKey(at, rest ?? ''), text] as const];
  });
  return Object.fromEntries(entries);
}

function ofMade(placed: readonly ResolvedCommand[], languageTag: string): LanguageFile {
  const entries = placed.flatMap(({ from, titles }, at) =>
    from !== undefined
      ? []
      : Object.entries(generatedMessages(titles, languageTag)).map(
          ([rest, text]) => [textKey(at, rest), text] as const,
        ),
  );
  return Object.fromEntries(entries);
}

function textKey(index: number, rest: string): string {
  return `composeExtensions[0].commands[${index}].${rest}`;
}

/** Teams rejects an unknown key, and shows English for a missing text. */
function compare(
  file: string,
  messages: LanguageFile,
  english: ReadonlyMap<string, string>,
  note: ReportProblem,
): void {
  const path = `appPackage/${file}`;
  for (const key of Object.keys(messages)) {
    if (key === '$schema' || english.has(key)) continue;
    const problem = `${path}: ${key} matches no text of the manifest`;
    note({ level: 'error', code: 'language.stray', what: problem, fix: `Remove it from ${path}.` });
  }
  for (const key of english.keys()) {
    if (Object.hasOwn(messages, key)) continue;
    const reason = `${path}: ${key} is not translated, so users see English`;
    note({ level: 'warning', code: 'language.untranslated', what: reason, fix: `Translate it in ${path}.` });
  }
}
