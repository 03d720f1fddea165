import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../appPackage');

/** The parts of appPackage/manifest.json that tests change. */
interface Template {
  name: { short: string };
  localizationInfo: { defaultLanguageTag: string; additionalLanguages: { languageTag: string; file: string }[] };
  composeExtensions: [{ commands: TemplateCommand[] }];
  [key: string]: unknown;
}

interface TemplateCommand {
  id: string;
  title: string;
  parameters?: { name: string; title: string }[];
  samplePrompts?: { text: string }[];
}

/** The repository's template, which the caller may change. */
export function manifestTemplate(): Template {
  return read('manifest.json') as Template;
}

/** Its language files by name, also for the caller to change. */
export function languageFiles(): Map<string, Record<string, string>> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'manifest.json');
  return new Map(names.map((name) => [name, read(name) as Record<string, string>]));
}

/** The template with its commands changed. */
export function withCommands(change: (commands: TemplateCommand[]) => unknown): Template {
  const template = manifestTemplate();
  change(template.composeExtensions[0].commands);
  return template;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}
