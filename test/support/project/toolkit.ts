import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { read } from './files.ts';

/** A step of a lifecycle (`teamsapp*.yml`). */
export interface Step {
  uses: string;
  with: Record<string, unknown>;
  env?: Record<string, string>;
  /** Its results → the variable of each. */
  writeToEnvironmentFile?: Record<string, string>;
}

export interface Project {
  provision?: Step[];
  deploy?: Step[];
  publish?: Step[];
}

/** The three files, and the environment of each. */
export const PROJECTS = { 'teamsapp.yml': 'dev', 'teamsapp.local.yml': 'local', 'teamsapp.testtool.yml': 'testtool' };

export function readProject(file: string): Project {
  return parse(read(file)) as Project;
}

/** A committed environment. */
export function readEnvironment(name: string): Record<string, string> {
  return parseEnv(read(`env/.env.${name}`)) as Record<string, string>;
}

/** Every `${{VARIABLE}}` of a text, each once. */
export function references(text: string): string[] {
  const found = [...text.matchAll(/\$\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  return [...new Set(found)];
}

/** JSON as VS Code writes it: with comments and trailing commas. Strings are kept as they are. */
export function parseJsonc(text: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : '',
  );
  return JSON.parse(plain.replace(/,(\s*[\]}])/g, '$1'));
}
