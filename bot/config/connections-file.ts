import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import jsonc from 'jsonc-parser';
import type * as z from 'zod';
import { validityProblem } from '../platform/certificate.ts';
import { isObject } from '../platform/json.ts';
import { isSafeUrl } from '../platform/safe-url.ts';
import { type EntraRegistration, readCertificate } from '../sign-in/providers/entra/credential.ts';
import { parseGuid } from '../sign-in/user.ts';
import { CONNECTION_ID, type ConnectionConfig, connectionsFileSchema } from './connection-schema.ts';
import { type Env, HTTPS_OR_LOOPBACK, type ReportProblem } from './env.ts';
import { readVariable } from './file-variables.ts';
import { knownFields } from './known-fields.ts';
import { expandPresets, presetFields } from './preset/entry.ts';
import { describeIssue, issuesIn } from './schema-issues.ts';
import { entraRegistrationsOf, isEntra, signInUrls } from './sign-in-types.ts';
import { sourceUrls } from './source-types.ts';

/** Unlike the messages of `JSON.parse`, the result does not quote the text, which may contain a secret. */
export function findJsonError(text: string): string | undefined {
  const errors: jsonc.ParseError[] = [];
  jsonc.parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [error] = errors.toSorted((one, other) => one.offset - other.offset);
  if (!error) return undefined;
  const before = text.slice(0, error.offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  return `is not JSON: ${place}: ${WORDS[jsonc.printParseErrorCode(error.error)] ?? 'an unexpected character'}`;
}

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'an unexpected word or character',
  InvalidNumberFormat: 'a malformed number',
  PropertyNameExpected: 'a property name in double quotes is missing, or a comma is too many',
  ValueExpected: 'a value is missing, or a comma is too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'more text after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string does not end on its line',
  UnexpectedEndOfNumber: 'a number does not end',
  InvalidUnicode: 'a malformed \\u escape',
  InvalidEscapeCharacter: 'an unknown escape behind \\',
  InvalidCharacter: 'a character that a string must escape',
};

/** For `webApplicationInfo`, with which Teams gets a token without a window. A package has only one. */
export function singleSignOnOf(
  connections: readonly ConnectionConfig[],
): { connection: ConnectionConfig; clientId: string; resource: string } | undefined {
  const all = connections.flatMap((connection) => {
    const { signIn } = connection;
    if (signIn.type === 'teamsSso') return [{ connection, clientId: signIn.clientId, resource: signIn.resource }];
    return signIn.type === 'tokenService' && signIn.singleSignOn ? [{ connection, ...signIn.singleSignOn }] : [];
  });
  return all.find(({ connection }) => connection.signIn.type === 'teamsSso') ?? all[0];
}

export function readConnections(env: Env, loopback: boolean, bad: ReportProblem): readonly ConnectionConfig[] {
  const path = env.CONNECTIONS_FILE || './connections.json';
  const problem = (problem: string) => bad(`CONNECTIONS_FILE (${path}): ${problem}`) ?? [];
  let text: string;
  try {
    // Windows editors write a byte order mark, which JSON.parse refuses.
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem(`cannot be read (${code}); start from a copy of connections.example.json`);
  }
  const jsonError = findJsonError(text);
  if (jsonError !== undefined) return problem(jsonError);
  return parseConnections(JSON.parse(text), env, loopback, (reason) => void problem(reason));
}

/** Reports every problem. An entry with a preset comes out as a connection in full.
 * @param isNeeded returns false for a path (`connections.0.signIn.clientSecret`) that the caller does not use. Its
 * variables may be missing; they get a placeholder. */
export function parseConnections(
  raw: unknown,
  env: Env,
  loopback: boolean,
  problem: (problem: string) => void,
  isNeeded: (path: string) => boolean = () => true,
): readonly ConnectionConfig[] {
  const { value, problems, hasPlaceholder } = replaceVariables(raw, env, isNeeded);
  for (const each of problems) problem(each);
  const describe = (issue: z.core.$ZodIssue, found: unknown, known: readonly string[]) =>
    problem(`${nameOf(raw, issue.path)} ${describeIssue(issue, found === undefined, known)}`);
  const { file, issues } = expandPresets(value, loopback, hasPlaceholder);
  for (const issue of issues.flatMap(issuesIn)) {
    const found = at(value, issue.path);
    describe(issue, found, presetFields(found));
  }
  const parsed = connectionsFileSchema.safeParse(file);
  if (!parsed.success) {
    for (const issue of parsed.error.issues.flatMap(issuesIn)) {
      const found = at(file, issue.path);
      // `expandPresets` puts null in place of an entry that it refuses. The file itself can have null, too.
      const isRefusedEntry = issue.path.length === 2 && found === null && at(value, issue.path) !== null;
      if (isRefusedEntry || hasPlaceholder(issue.path.join('.'))) continue;
      const known = issue.code === 'unrecognized_keys' ? knownFields(connectionsFileSchema, file, issue.path) : [];
      describe(issue, found, known);
    }
    return [];
  }
  for (const reason of connectionProblems(parsed.data.connections, loopback)) problem(reason);
  return problems.length > 0 ? [] : parsed.data.connections;
}

interface ReplacedVariables {
  value: unknown;
  problems: string[];
  /** True for a text whose variable is missing. */
  hasPlaceholder(path: string): boolean;
}

/** Replaces each `${NAME}` by its value, or by a placeholder. */
function replaceVariables(raw: unknown, env: Env, isNeeded: (path: string) => boolean): ReplacedVariables {
  const missing = new Map<string, string>();
  const placeholders = new Set<string>();
  const lookUp = (name: string, path: string) => {
    let fault = `names \${${name}}, which the environment does not set`;
    const value = readVariable(env, name, (problem): undefined => {
      fault = problem;
    });
    if (value) return value;
    if (isNeeded(path)) {
      missing.set(name, fault);
      placeholders.add(path);
    }
    return PLACEHOLDER_URL;
  };
  const unreplaced: string[] = [];
  const value = substitute(raw, '', lookUp, (path) => {
    const place = nameOf(raw, path.split('.'));
    unreplaced.push(`${place} has a $ that names no variable: write \${NAME}, in capital letters`);
  });
  const problems = [...missing.values(), ...unreplaced];
  return { value, problems, hasPlaceholder: (path) => placeholders.has(path) };
}

function nameOf(raw: unknown, path: readonly PropertyKey[]): string {
  const [list, index, ...field] = path;
  if (list !== 'connections' || index === undefined) return path.length === 0 ? 'the file' : path.map(String).join('.');
  const id = at(raw, ['connections', index, 'id']);
  const connection = typeof id === 'string' && CONNECTION_ID.test(id) ? id : `connection ${Number(index) + 1}`;
  return field.length === 0 ? connection : `${connection}: ${field.map(String).join('.')}`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((below, key) => (Object(below) as Record<PropertyKey, unknown>)[key], value);
}

/** Valid as text and URL, so that a missing value hides no other problem. */
const PLACEHOLDER_URL = 'https://missing.invalid';

/** Forms that `substitute` leaves. Lower-case `$filter` is OData. */
const UNREPLACED = /\$\{(?![A-Z][A-Z0-9_]*\})|\$[A-Z][A-Z0-9_]+/;
/** `$jira_secret` as a whole text. Only OData has such texts, and not in these fields. */
const LOWER_CASE_VARIABLE = /^\$[a-z_]\w*$/i;
const OWN_FIELD = /^connections\.\d+\.[^.]+$|\.(?:clientId|clientSecret|privateKey|certificate)$/;

/** Calls `refuse` for every form other than `${NAME}`. */
function substitute(
  value: unknown,
  path: string,
  lookUp: (name: string, path: string) => string,
  refuse: (path: string) => void,
): unknown {
  if (typeof value === 'string') {
    if (UNREPLACED.test(value) || (LOWER_CASE_VARIABLE.test(value) && OWN_FIELD.test(path))) refuse(path);
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => lookUp(name, path));
  }
  const below = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) return value.map((entry, index) => substitute(entry, below(index), lookUp, refuse));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, substitute(entry, below(key), lookUp, refuse)]),
  );
}

function connectionProblems(connections: readonly ConnectionConfig[], loopback: boolean): string[] {
  const ids = connections.map(({ id }) => id);
  const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice(ids).map((id) => `the id ${id} is used twice`),
    ...connections.flatMap(({ id, tenants, connectedAccount }) =>
      tenants && connectedAccount
        ? [`${id}: tenants cannot be used with connectedAccount: users of such a channel have no tenant`]
        : [],
    ),
    ...connections.flatMap(({ id, signIn, source }) =>
      hasSitePlace(source) && !('site' in signIn && signIn.site)
        ? [
            `${id}: source contains {site}, but the sign-in finds no site: add signIn.site, or write the address without {site}`,
          ]
        : [],
    ),
    ...connections.flatMap(({ id, signIn, connectedAccount, source }) => {
      const urls: [string, string][] = [
        ...signInUrls(signIn),
        ...(connectedAccount ? [['connectedAccount.issuer', connectedAccount.issuer] satisfies [string, string]] : []),
        ...sourceUrls(source),
      ];
      return urls.filter(([, url]) => !isSafeUrl(url, loopback)).map(([name]) => `${id}: ${name} ${HTTPS_OR_LOOPBACK}`);
    }),
  ];
}

/** Each search would fail, and ask the user to sign in again. */
function hasSitePlace(source: ConnectionConfig['source']): boolean {
  return JSON.stringify(source).includes('{site}');
}

/** Finds client ids that Entra cannot have issued. Users would see Entra's error at the sign-in. */
export function clientIdWarnings(connections: readonly ConnectionConfig[]): string[] {
  return connections.flatMap(({ id, signIn }) => {
    const ids: [string, string][] = [];
    if (isEntra(signIn)) ids.push(['signIn.clientId', signIn.clientId]);
    if ('gate' in signIn && signIn.gate) ids.push(['signIn.gate.clientId', signIn.gate.clientId]);
    const wrong = ids.filter(([, clientId]) => !parseGuid(clientId));
    return wrong.map(
      ([name]) => `CONNECTIONS_FILE: ${id}: ${name} is not a GUID, so it is not an application of Entra`,
    );
  });
}

/** Users of such a tenant could never use the connection.
 * @param allowed `undefined` allows every tenant */
export function tenantProblems(
  connections: readonly ConnectionConfig[],
  allowed: ReadonlySet<string> | undefined,
): string[] {
  const wrong = connections.filter(({ tenants = [] }) =>
    tenants.some((id) => allowed?.has(id.toLowerCase()) === false),
  );
  return wrong.map(
    ({ id }) =>
      `CONNECTIONS_FILE: ${id}: tenants names a tenant that ALLOWED_TENANTS does not allow: add it there, too`,
  );
}

/** A certificate that is not valid ends the sign-ins of its connections alone, so the bot starts.
 * @param now milliseconds */
export function certificateWarnings(connections: readonly ConnectionConfig[], now: number): string[] {
  return certificateFaults(connections, now).map(({ name, problem }) => `CONNECTIONS_FILE: ${name} ${problem}`);
}

const ENDS_SOON_MS = 14 * 24 * 60 * 60 * 1000;

interface CertificateFault {
  name: string;
  problem: string;
  isValid: boolean;
}

/** @returns nothing for a certificate that cannot be read: the connection cannot be built */
export function certificateFaults(connections: readonly ConnectionConfig[], now: number): CertificateFault[] {
  return connections.flatMap(({ id, signIn }) =>
    entraRegistrationsOf(signIn).flatMap(({ field, registration }): CertificateFault[] => {
      const certificate = readableCertificate(registration);
      if (!certificate) return [];
      const name = `${id}: ${field}.certificate`;
      const problem = validityProblem(certificate, now);
      if (problem !== undefined) return [{ name, problem, isValid: false }];
      const { validTo } = certificate;
      if (Date.parse(validTo) - now > ENDS_SOON_MS) return [];
      return [{ name, problem: `is valid until ${validTo}: make a new one`, isValid: true }];
    }),
  );
}

function readableCertificate({ certificate, privateKey = '' }: EntraRegistration): X509Certificate | undefined {
  try {
    return certificate === undefined ? undefined : readCertificate(certificate, privateKey).certificate;
  } catch {
    return undefined;
  }
}

/** PKCE keeps a stolen code from another client (RFC 9700 section 2.1.1). */
export function idsWithoutPkce(connections: readonly ConnectionConfig[]): string[] {
  return connections.filter(({ signIn }) => 'pkce' in signIn && signIn.pkce === 'none').map(({ id }) => id);
}

export function pkceWarnings(connections: readonly ConnectionConfig[]): string[] {
  return idsWithoutPkce(connections).map(
    (id) => `CONNECTIONS_FILE: ${id}: signIn.pkce is "none", so the client secret alone protects a stolen code`,
  );
}
