import type { ConnectionConfig } from '../config/connections-file.ts';
import type { Env } from '../config/env.ts';

/** A search or action command of the manifest, as far as it is looked at. */
export interface Command {
  id: string;
  type?: 'query' | 'action' | undefined;
  title: string;
  description?: string | undefined;
  parameters?: { name: string; title: string; description?: string | undefined; [key: string]: unknown }[] | undefined;
  samplePrompts?: { text: string }[] | undefined;
  [key: string]: unknown;
}

interface ComposeExtension {
  botId: string;
  commands: Command[];
  messageHandlers?: { type: 'link'; value: { domains: string[]; supportsAnonymizedPayloads: boolean } }[] | undefined;
  [key: string]: unknown;
}

/** The Teams app manifest (1.30), as far as it is looked at; the rest goes through as it is. */
export interface Manifest {
  $schema: string;
  manifestVersion: string;
  version: string;
  id: string;
  developer: { name: string; websiteUrl: string; privacyUrl: string; termsOfUseUrl: string; [key: string]: unknown };
  name: { short: string; full?: string | undefined };
  description: { short: string; full: string; [key: string]: unknown };
  icons: { color: string; outline: string; [key: string]: unknown };
  localizationInfo?:
    | {
        defaultLanguageTag: string;
        additionalLanguages?: { languageTag: string; file: string }[] | undefined;
        [key: string]: unknown;
      }
    | undefined;
  composeExtensions: [ComposeExtension];
  validDomains?: string[] | undefined;
  webApplicationInfo?: { id: string; [key: string]: unknown } | undefined;
  [key: string]: unknown;
}

/** A language's texts, by their place in the manifest: `composeExtensions[0].commands[0].title`. */
export type LanguageFile = Record<string, string>;

/** What is wrong, and how to mend it. An error stops the packaging. Never holds a secret. */
export interface Problem {
  level: 'error' | 'warning';
  /** Stable: `variable.missing`, `domain.tunnel`, … */
  code: string;
  what: string;
  fix: string;
}

/** Notes a problem. */
export type ReportProblem = (problem: Problem) => void;

export interface AppPackageInput {
  /** The Toolkit's name for where the app runs: `dev`, `local`. Says which file to mend, and how strict to be. */
  environment: string;
  /** `appPackage/manifest.json`, parsed: a template with `${{VARIABLE}}`s. `undefined` where it can't be
   * read, which whoever tried has said. */
  template: unknown;
  /** The template's language files, parsed, by file name; `undefined` likewise. */
  languages: ReadonlyMap<string, unknown>;
  /** What the template's variables stand for. */
  variables: Env;
  connections: readonly ConnectionConfig[];
  /** The service's public origin: BASE_URL. */
  baseUrl: string | undefined;
}

export interface AppPackage {
  /** `undefined` where the template can't be read. Of use only where no problem is an error. */
  manifest: Manifest | undefined;
  /** By file name, for the manifest as it is here: the indices of its commands are its own, not the template's. */
  languages: ReadonlyMap<string, LanguageFile>;
  problems: readonly Problem[];
}
