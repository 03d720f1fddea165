import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { parseBicep } from '../support/project/bicep.ts';
import { ROOT, read } from '../support/project/files.ts';
import {
  PROJECTS,
  type Project,
  readEnvironment,
  readProject,
  references,
  type Step,
} from '../support/project/toolkit.ts';
import { describeWithToolkitSchema, TOOLKIT_SCHEMA } from '../support/requirements.ts';

describeWithToolkitSchema("the Toolkit's files, by the Toolkit's own schema", () => {
  let validate: ValidateFunction;
  beforeAll(() => {
    // The schema uses keywords beside $ref and formats that strict mode refuses.
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    validate = ajv.compile(JSON.parse(readFileSync(TOOLKIT_SCHEMA, 'utf8')));
  });

  test.each(Object.keys(PROJECTS))('%s', (file) => {
    validate(parse(read(file)));
    expect(validate.errors).toBeNull();
    expect(read(file)).toMatch(/^# yaml-language-server: \$schema=\S+\/v1\.11\/yaml\.schema\.json\n/);
  });

  test('a step unknown to the Toolkit is refused', () => {
    expect(validate({ version: 'v1.11', deploy: [{ uses: 'azure/deployEverything', with: {} }] })).toBe(false);
  });
});

/** Variables before the first step: the Toolkit's own, those that it asks for, and those of a task of F5. */
const GIVEN: Record<string, readonly string[]> = {
  dev: ['TEAMSFX_ENV', 'AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP_NAME', 'RESOURCE_SUFFIX'],
  local: ['TEAMSFX_ENV', 'BOT_ENDPOINT', 'BOT_DOMAIN'],
  testtool: ['TEAMSFX_ENV'],
};
/** The first step requires these (scripts/toolkit-secrets.mjs). */
const FILLED_IN = [
  'DEVELOPER_NAME',
  'DEVELOPER_WEBSITE_URL',
  'DEVELOPER_PRIVACY_URL',
  'DEVELOPER_TERMS_URL',
  'SECRET_ENCRYPTION_KEYS',
];

/** The variables that a step reads besides those in its text. */
function filesOf({ uses, with: settings }: Step): string[] {
  if (uses === 'arm/deploy')
    return (settings.templates as { parameters: string }[]).map(({ parameters }) => parameters);
  if (uses === 'aadApp/update') return [String(settings.manifestPath)];
  return String(settings.args).startsWith('run package') ? ['appPackage/manifest.json'] : [];
}

function madeBy(step: Step): string[] {
  const { uses, with: settings, writeToEnvironmentFile: written = {} } = step;
  if (uses === 'arm/deploy') return parseBicep(read('infra/azure.bicep')).outputs.map((name) => name.toUpperCase());
  if (String(settings.args).startsWith('run toolkit:secrets')) return FILLED_IN;
  const toEnvironment = String(settings.target).startsWith('./env/') ? Object.keys(settings.envs as object) : [];
  return [...Object.values(written), ...toEnvironment];
}

/** Every variable that a step reads before another has created it, with the name of the step. */
function unresolved(project: Project, environment: string): string[] {
  const known = new Set(GIVEN[environment]);
  if (environment !== 'local') {
    for (const [name, value] of Object.entries(readEnvironment(environment))) if (value) known.add(name);
  }
  const steps = [...(project.provision ?? []), ...(project.deploy ?? []), ...(project.publish ?? [])];
  return steps.flatMap((step) => {
    const messages = [JSON.stringify({ ...step, writeToEnvironmentFile: {} }), ...filesOf(step).map(read)];
    const missing = messages.flatMap(references).filter((name) => !known.has(name));
    for (const name of madeBy(step)) known.add(name);
    return missing.map((name) => `${step.uses}: ${name}`);
  });
}

describe('variables', () => {
  test.each(Object.entries(PROJECTS))('%s reads only variables that earlier steps create', (file, environment) => {
    expect(unresolved(readProject(file), environment)).toEqual([]);
  });

  test('control: a step moved before its input is found', () => {
    const { provision = [], ...rest } = readProject('teamsapp.yml');
    const early = unresolved({ ...rest, provision: provision.toReversed() }, 'dev');
    expect(early).toContain('aadApp/update: BOT_DOMAIN');
    expect(early).toContain('arm/deploy: AAD_APP_CLIENT_ID');
  });

  test('secrets have names that the Toolkit masks, and are in no committed file', () => {
    const written = Object.keys(PROJECTS).flatMap((file) =>
      Object.values(readProject(file))
        .flat()
        .flatMap((step) => Object.entries((step as Step).writeToEnvironmentFile ?? {})),
    );
    const secrets = written.filter(([made]) => /secret|password/i.test(made)).map(([, name]) => name);
    expect(secrets).toEqual(expect.arrayContaining(['SECRET_AAD_APP_CLIENT_SECRET', 'SECRET_BOT_PASSWORD']));
    expect(secrets.filter((name) => !name.startsWith('SECRET_'))).toEqual([]);
    const committed = ['dev', 'testtool'].flatMap((name) => Object.keys(readEnvironment(name)));
    expect(committed.filter((name) => /SECRET|PASSWORD/.test(name))).toEqual([]);
  });

  test.each(['dev', 'testtool'])('env/.env.%s explains each variable, and a step or program reads each', (name) => {
    const blocks = read(`env/.env.${name}`).split(/\n(?=#)/);
    expect(blocks.filter((block) => !/^# \S/.test(block))).toEqual([]);
    const written = Object.keys(PROJECTS).flatMap((file) => read(file));
    const all = [
      ...written,
      read('infra/azure.parameters.json'),
      read('aad.manifest.json'),
      read('appPackage/manifest.json'),
    ];
    // A program reads it instead: the Toolkit, `npm run stage`, or a person who reads the file.
    const byPrograms = ['TEAMSFX_ENV', 'BOT_ENDPOINT', 'CONNECTIONS_FILE', 'AAD_APP_TENANT_ID'];
    const known = new Set([
      ...all.flatMap(references),
      ...all.flatMap((text) => text.match(/\b[A-Z][A-Z0-9_]{4,}\b/g) ?? []),
    ]);
    const unread = Object.keys(readEnvironment(name)).filter((each) => !known.has(each) && !byPrograms.includes(each));
    expect(unread).toEqual([]);
  });
});

describe('npm run package, as a step runs it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-toolkit-'));
    for (const name of ['appPackage', 'env', 'connections.teams.json']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('build') });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // The results of the steps before it, in the environment of the process: in env/.env.dev they are empty.
  const id = (last: string) => `3f0b6a0c-8f5e-4b0e-9c7e-0d6d7d0b1a${last}`;
  const made = {
    TEAMS_APP_ID: id('01'),
    BOT_ID: id('02'),
    AAD_APP_CLIENT_ID: id('03'),
    BOT_DOMAIN: 'latchkey1a2b3c.azurewebsites.net',
    BOT_ENDPOINT: 'https://latchkey1a2b3c.azurewebsites.net',
    DEVELOPER_NAME: 'Contoso',
    DEVELOPER_WEBSITE_URL: 'https://contoso.example.com',
    DEVELOPER_PRIVACY_URL: 'https://contoso.example.com/privacy',
    DEVELOPER_TERMS_URL: 'https://contoso.example.com/terms',
  };
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [join(ROOT, 'dist/scripts/package/main.js'), '--env', 'dev'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
    });

  test('builds the file that the later steps read', () => {
    const built = run(made);
    expect([built.status, built.stderr]).toEqual([0, expect.not.stringContaining('Problems to fix')]);
    const { provision = [], publish = [] } = readProject('teamsapp.yml');
    const paths = [...provision, ...publish].flatMap(({ with: { appPackagePath } }) => appPackagePath ?? []);
    expect(new Set(paths)).toEqual(new Set(['./appPackage/build/latchkey.${{TEAMSFX_ENV}}.zip']));
    expect(existsSync(join(folder, 'appPackage/build/latchkey.dev.zip'))).toBe(true);
  });

  test('fails, by its exit code, if a step created no value', () => {
    const { BOT_ID, ...rest } = made;
    const refused = run(rest);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('BOT_ID')]);
  });
});

describe('aad.manifest.json, the registration that people sign in with', () => {
  const manifest = JSON.parse(read('aad.manifest.json'));
  const { connections } = JSON.parse(read('connections.teams.json')) as {
    connections: { id: string; signIn: { scopes: string[] } }[];
  };

  test('has exactly the redirect URIs of the connections in connections.teams.json', () => {
    const expected = connections.map(({ id }) => `https://\${{BOT_DOMAIN}}/auth/callback/${id}`);
    expect(manifest.web.redirectUris).toEqual(expected);
    expect([...manifest.spa.redirectUris, ...manifest.publicClient.redirectUris]).toEqual([]);
  });

  test('requests exactly the permissions that are used', () => {
    const used = connections.flatMap(({ signIn }) => signIn.scopes.map((scope) => scope.split('/').at(-1)));
    const [graph, ...others] = manifest.requiredResourceAccess;
    expect(others).toEqual([]);
    const requested = graph.resourceAccess.map(({ id, type }: { id: string; type: string }) => [id, type]);
    expect(requested).toEqual(used.map((scope) => [scope, 'Scope']));
  });

  test('issues no token through the browser, and contains no secret', () => {
    const { enableIdTokenIssuance, enableAccessTokenIssuance } = manifest.web.implicitGrantSettings;
    expect([enableIdTokenIssuance, enableAccessTokenIssuance]).toEqual([false, false]);
    expect(Object.keys(manifest).filter((key) => /credential|secret/i.test(key))).toEqual([]);
    expect(manifest.api.requestedAccessTokenVersion).toBe(2);
  });
});
