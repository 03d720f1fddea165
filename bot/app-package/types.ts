import type { ConnectionConfig } from '../config/connection-schema.ts';
import type { Env } from '../config/env.ts';

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

/** Only members of the Teams app manifest (1.30) that the generator reads. The others pass through. */
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

/** By place in the manifest: `composeExtensions[0].commands[0].title`. */
export type LanguageFile = Record<string, string>;

/** An error stops the packaging. Never contains a secret. */
export interface Problem {
  level: 'error' | 'warning';
  /** Stable: `variable.missing`, `domain.tunnel`, … */
  code: string;
  what: string;
  fix: string;
}

export type ReportProblem = (problem: Problem) => void;

export interface AppPackageInput {
  /** The Toolkit environment: `dev`, `local`. A fix names its file, and local checks are less strict. */
  environment: string;
  /** `appPackage/manifest.json`, parsed, with `${{VARIABLE}}` placeholders. `undefined` if unreadable, which the reader
   * reports. */
  template: unknown;
  languages: ReadonlyMap<string, unknown>;
  variables: Env;
  connections: readonly ConnectionConfig[];
  baseUrl: string | undefined;
}

export interface AppPackage {
  /** `undefined` if the template is unreadable. Do not use it if a problem is an error. */
  manifest: Manifest | undefined;
  /** By file name. Keys have the command indices of the generated manifest. */
  languages: ReadonlyMap<string, LanguageFile>;
  problems: readonly Problem[];
}
