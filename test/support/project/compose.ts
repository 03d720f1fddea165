import { parse } from 'yaml';
import { read } from './files.ts';

/** The part of a service in deploy/compose.yaml that the tests read. */
export interface ComposeService {
  image: string;
  command?: string[];
  user?: string;
  environment?: Record<string, string>;
  env_file?: string;
  secrets?: string[];
  volumes?: string[];
  networks: string[];
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
}

interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
  secrets: Record<string, { file: string }>;
}

/** deploy/compose.yaml with these variables, as Compose reads it: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, and
 * `$$` for a dollar. @throws {Error} for a variable that must be set */
export function composeFile(variables: Record<string, string>): ComposeFile {
  return interpolate(parse(read('deploy/compose.yaml')), variables) as ComposeFile;
}

function interpolate(value: unknown, variables: Record<string, string>): unknown {
  if (typeof value === 'string') return interpolateText(value, variables);
  if (Array.isArray(value)) return value.map((each) => interpolate(each, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, interpolate(each, variables)]));
}

function interpolateText(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}|\$/g, (found, name?: string, mark = '', rest = '') => {
    if (found === '$$') return '$';
    if (name === undefined) throw new Error(`Compose does not read this: ${text}`);
    const set = variables[name];
    if (set) return set;
    if (mark === '?') throw new Error(`${name}: ${rest}`);
    return rest;
  });
}
