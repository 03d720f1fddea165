import type { Env } from '../config/env.ts';
import { isObject } from '../platform/json.ts';
import type { ReportProblem } from './types.ts';

const VARIABLE = /\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;
/** Production has no suffix. */
const MAY_BE_EMPTY = ['APP_NAME_SUFFIX'];

const SOURCES: Readonly<Record<string, string>> = {
  TEAMS_APP_ID: '`teamsapp provision` writes it; or make a GUID once and keep it',
  BASE_URL: 'or BOT_DOMAIN, which is the host of BASE_URL alone',
  BOT_ID: "the bot registration's app id: `teamsapp provision` writes it, or copy it from the Azure portal",
  DEVELOPER_NAME: 'your organization, in at most 32 characters',
  DEVELOPER_WEBSITE_URL: 'an https page where people find help',
  DEVELOPER_PRIVACY_URL: 'an https page that explains what you do with data',
  DEVELOPER_TERMS_URL: 'an https page with your terms of use',
};

export function howToSet(name: string, environment: string): string {
  const hint = SOURCES[name];
  return `Set ${name} in env/.env.${environment} or in the environment${hint ? ` (${hint})` : ''}.`;
}

export function substituteVariables(value: unknown, variables: Env, missing: Set<string>): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (written, name: string) => {
      const found = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (found || (found === '' && MAY_BE_EMPTY.includes(name))) return found;
      missing.add(name);
      return written;
    });
  }
  if (Array.isArray(value)) return value.map((entry) => substituteVariables(entry, variables, missing));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, substituteVariables(entry, variables, missing)]),
  );
}

/** Reports variables that reached the package, such as those in connection titles. */
export function reportUnresolved(made: unknown, missing: ReadonlySet<string>, note: ReportProblem): void {
  const left = new Set<string>();
  substituteVariables(made, {}, left);
  for (const name of [...left].filter((name) => !missing.has(name))) {
    const problem = `\${{${name}}} has got into the app package from the connections`;
    note({ level: 'error', code: 'variable.stray', what: problem, fix: `Write \${${name}} in CONNECTIONS_FILE.` });
  }
}

export function reportMissing(missing: ReadonlySet<string>, environment: string, note: ReportProblem): void {
  for (const name of missing) {
    const problem = `\${{${name}}} in the app package has no value`;
    note({ level: 'error', code: 'variable.missing', what: problem, fix: howToSet(name, environment) });
  }
}

/** The name becomes part of a path. */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Za-z0-9][\w-]*$/.test(name);
}

/** Falls back to the Toolkit's tunnel or deployment. */
export function baseUrlOf({ BASE_URL, BOT_ENDPOINT, BOT_DOMAIN }: Env): string | undefined {
  return BASE_URL || BOT_ENDPOINT || (BOT_DOMAIN && `https://${BOT_DOMAIN}`) || undefined;
}

export function createFileHint(environment: string): string {
  return environment === 'dev'
    ? 'git checkout env/.env.dev   and fill it in'
    : `cp env/.env.dev env/.env.${environment}   and fill it in`;
}
