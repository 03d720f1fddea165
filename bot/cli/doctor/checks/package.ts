import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { generateAppPackage } from '../../../app-package/app-package.ts';
import type { AppPackage, Problem } from '../../../app-package/types.ts';
import { createFileHint } from '../../../app-package/variables.ts';
import type { ConnectionConfig } from '../../../config/connection-schema.ts';
import { isEntra } from '../../../config/sign-in-types.ts';
import { asObject, asObjects, asStrings, type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import type { Check, Issue } from '../check.ts';
import type { Skipped } from '../probes/probe.ts';
import type { Project } from './project.ts';

/** Variables that must not be in a committed file. */
const SECRET = /(^SECRET_|PASSWORD|_SECRET$|ENCRYPTION_KEYS|PRIVATE_KEY)/;
/** Variables that must not differ between the environment and the file. */
const SHARED = ['BOT_ID', 'BOT_TENANT_ID', 'BASE_URL', 'CONNECTIONS_FILE', 'AAD_APP_CLIENT_ID'];

/** Two paths may name one file: one of the service, one of the project. */
function isSameValue(folder: string, name: string, running: string, packaged: string): boolean {
  if (name === 'CONNECTIONS_FILE') return resolve(folder, running) === resolve(folder, packaged);
  return running === packaged;
}

function generateExpected(project: Project): AppPackage | Skipped {
  const { environment, template, languages, variables, settings } = project;
  if (!hasTemplate(template)) return { unchecked: 'there is no appPackage/manifest.json' };
  const { connections, baseUrl } = settings;
  return generateAppPackage({ environment, template: template.fields, languages, variables, connections, baseUrl });
}

/** A deployed service has no template. */
function hasTemplate(template: Project['template']): boolean {
  return template.fields !== undefined || template.problem !== undefined;
}

function problemsOf(project: Project, wanted: (problem: Problem) => boolean): Issue[] | Skipped {
  const made = generateExpected(project);
  if ('unchecked' in made) return made;
  return made.problems.filter(wanted).map(({ level, what: problem, fix }) => ({ what: problem, fix, severity: level }));
}

const isVariable = ({ code }: Problem) => code.startsWith('variable.');
const isDomain = ({ code }: Problem) => code.startsWith('domain.') || code.startsWith('base_url.');
/** Other checks report these in clearer words. */
const isBody = ({ code }: Problem) => ['sign_in.is_bot', 'domain.loopback', 'base_url.missing'].includes(code);

export const manifestChecks: readonly Check[] = [
  {
    id: 'env-file-missing',
    section: 'App package',
    severity: 'warning',
    why: 'The app in Teams has no bot and no address, so it cannot be packaged.',
    find: ({ project: { environment, envFiles, template } }) =>
      envFiles.shared || envFiles.own || !hasTemplate(template)
        ? []
        : [
            {
              what: `env/.env.${environment} is missing`,
              fix: createFileHint(environment),
            },
          ],
  },
  {
    id: 'env-file-secret',
    section: 'App package',
    severity: 'error',
    why: 'The file is in the repository: each of its readers can act as the bot, or decrypt the store.',
    find: ({ project: { environment, envFiles } }) =>
      Object.entries(envFiles.shared ?? {})
        .filter(([name, value]) => SECRET.test(name) && !name.endsWith('_FILE') && value && environment !== 'local')
        .map(([name]) => ({
          what: `env/.env.${environment} contains ${name}`,
          fix: `Move ${name} to env/.env.${environment}.user as SECRET_${name.replace(/^SECRET_/, '')}, and make a new one: the old is in the history`,
        })),
  },
  {
    id: 'env-file-differs',
    section: 'App package',
    severity: 'error',
    why: 'Teams learns of another bot or another address than those of the running service.',
    find: ({ project: { folder, environment, env, envFiles, usable } }) =>
      // A variable with problems is reported elsewhere, and its value may contain a password (T72).
      SHARED.filter(usable).flatMap((name) => {
        const [running, packaged] = [env[name], envFiles.own?.[name] || envFiles.shared?.[name]];
        if (!running || !packaged || isSameValue(folder, name, running, packaged)) return [];
        return [
          {
            what: `${name} has one value in the environment and another in env/.env.${environment}`,
            fix: `${name}=${running}   in env/.env.${environment}, or the other way round`,
          },
        ];
      }),
  },
  {
    id: 'manifest-variables',
    section: 'App package',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Teams refuses a package with a variable that has no value.',
    find: ({ project }) => problemsOf(project, isVariable),
  },
  {
    id: 'manifest-domains',
    section: 'App package',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Teams opens the pop-up, and accepts its result, only on hosts that the manifest names.',
    find: ({ project }) => problemsOf(project, (problem) => isDomain(problem) && !isBody(problem)),
  },
  {
    id: 'manifest-template',
    section: 'App package',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Teams refuses the package, or the store does.',
    find: ({ project }) => {
      const { problem } = project.template;
      if (problem !== undefined) return [{ what: problem, fix: 'Fix appPackage/manifest.json.' }];
      return problemsOf(project, (each) => !isVariable(each) && !isDomain(each) && !isBody(each));
    },
  },
];

interface Pair {
  packed: JsonObject;
  wanted: JsonObject;
  project: Project;
  rebuild: string;
}

function pairOf(project: Project): Pair | Skipped {
  const { appPackage, environment } = project;
  const packed = parseJsonObject(String(appPackage.files.get('manifest.json') ?? ''));
  if (!packed) return { unchecked: appPackage.exists ? 'the package contains no manifest' : 'there is no package yet' };
  const made = generateExpected(project);
  if ('unchecked' in made) return made;
  const wanted = parseJsonObject(JSON.stringify(made.manifest ?? null));
  if (!wanted) return { unchecked: 'appPackage/manifest.json is not usable' };
  const rebuild = `npm run package -- --env ${environment}   and upload ${appPackage.path} again`;
  return { packed, wanted, project, rebuild };
}

function compare(find: (pair: Pair) => Issue[]): Check['find'] {
  return ({ project }) => {
    const pair = pairOf(project);
    return 'unchecked' in pair ? pair : find(pair);
  };
}

export const packageChecks: readonly Check[] = [
  {
    id: 'package-missing',
    section: 'App package',
    severity: 'warning',
    why: 'There is nothing to upload to Teams yet.',
    find: ({ project: { appPackage, environment, template } }) =>
      appPackage.exists || !hasTemplate(template)
        ? []
        : [{ what: `${appPackage.path} does not exist`, fix: `npm run package -- --env ${environment}` }],
  },
  {
    id: 'package-broken',
    section: 'App package',
    severity: 'error',
    why: 'Teams refuses it: "manifest parsing has failed".',
    find: ({ project: { appPackage, environment } }) => {
      if (!appPackage.exists) return { unchecked: 'there is no package yet' };
      const manifest = parseJsonObject(String(appPackage.files.get('manifest.json') ?? ''));
      if (manifest) return [];
      const problem = `${appPackage.path}: ${appPackage.problem ?? 'it contains no valid manifest.json'}`;
      return [{ what: problem, fix: `npm run package -- --env ${environment}` }];
    },
  },
  {
    id: 'package-bot-id',
    section: 'App package',
    severity: 'error',
    needs: ['BOT_ID'],
    why: 'Teams sends or signs the searches for another bot, so this service answers none.',
    find: compare(({ packed, project: { settings }, rebuild }) => {
      const botId = extensionOf(packed).botId;
      if (settings.bot === undefined || String(botId).toLowerCase() === settings.bot.id) return [];
      return [
        { what: "botId in the package is not BOT_ID, the running bot's", fix: `BOT_ID=${settings.bot.id} ${rebuild}` },
      ];
    }),
  },
  {
    id: 'package-commands',
    section: 'App package',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'A command without a connection finds nothing. Users cannot choose a connection without a command.',
    find: compare(({ packed, wanted, rebuild }) => {
      const [existing, needed] = [commandsOf(packed), commandsOf(wanted)];
      return [
        ...existing
          .filter((id) => !needed.includes(id))
          .map((id) => ({ what: `the package has the command ${id}, which no connection serves`, fix: rebuild })),
        ...needed
          .filter((id) => !existing.includes(id))
          .map((id) => ({ what: `the package lacks the command ${id} of a connection`, fix: rebuild })),
      ];
    }),
  },
  {
    id: 'package-valid-domains',
    section: 'App package',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The pop-up opens and cannot give Teams the result: users sign in and nothing happens.',
    find: compare(({ packed, wanted, project, rebuild }) => {
      const existing = asStrings(packed.validDomains);
      return asStrings(wanted.validDomains)
        .filter((host) => !existing.includes(host))
        .map((host) => ({
          what: `validDomains in the package lacks ${host}, ${hostOwner(host, project)}`,
          fix: rebuild,
        }));
    }),
  },
  {
    id: 'package-foreign-domains',
    section: 'App package',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Pages of other people could end the sign-in in its place. The store refuses wildcards and domains that are not yours.',
    find: compare(({ packed, wanted, rebuild }) => {
      const wantedDomains = asStrings(wanted.validDomains);
      return asStrings(packed.validDomains)
        .filter((domain) => !wantedDomains.includes(domain))
        .map((domain) => ({
          what: `validDomains in the package contains ${domain}${domain.includes('*') ? ', a wildcard' : ''}`,
          fix: rebuild,
        }));
    }),
  },
  {
    id: 'package-link-domains',
    section: 'App package',
    severity: 'warning',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Links to the searched system stay plain links, or Teams sends links to other systems to the bot.',
    find: compare(({ packed, wanted, rebuild }) => {
      const [existing, needed] = [linksOf(packed), linksOf(wanted)];
      if (isDeepStrictEqual(existing, needed)) return [];
      const list = (domains: string[]) => domains.join(', ') || 'none';
      return [
        { what: `the package unfurls links to ${list(existing)}; the connections', ${list(needed)}`, fix: rebuild },
      ];
    }),
  },
  {
    id: 'package-app-info',
    section: 'App package',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'An administrator consents to another registration than the one in use, so each user must consent.',
    find: compare(({ packed, wanted, rebuild }) => {
      const [existing, needed] = [asObject(packed.webApplicationInfo).id, asObject(wanted.webApplicationInfo).id];
      if (existing === needed) return [];
      return [{ what: 'webApplicationInfo.id in the package is not the clientId of the sign-in', fix: rebuild }];
    }),
  },
  {
    id: 'package-sso-resource',
    section: 'App package',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The Teams client requests no token, or one for another resource: all users sign in through the window.',
    find: compare(({ packed, wanted, rebuild }) => {
      const [existing, needed] = [packed, wanted].map((each) => asObject(each.webApplicationInfo).resource);
      if (existing === needed) return [];
      const problem =
        needed === undefined
          ? 'webApplicationInfo.resource in the package is of single sign-on, and no connection has it'
          : `webApplicationInfo.resource in the package is not ${String(needed)}, the resource of the sign-in`;
      return [{ what: problem, fix: rebuild }];
    }),
  },
  {
    id: 'package-outdated',
    section: 'App package',
    severity: 'warning',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Users see the commands and texts of an older version.',
    find: compare((pair) => {
      const files = changedFiles(pair);
      if (files.length === 0) return [];
      const problem = `${pair.project.appPackage.path} is not what would be built now: ${files.join(', ')}`;
      return [{ what: problem, fix: pair.rebuild }];
    }),
  },
  {
    id: 'package-copilot-code',
    section: 'App package',
    severity: 'warning',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Microsoft 365 Copilot returns no security code. A confirmed sign-in needs one, so people must sign in from Teams first.',
    find: compare(({ packed, project: { settings } }) => {
      // Copilot does not reach this machine.
      const commands = settings.loopback ? [] : copilotCommandsOf(packed);
      return settings.connections
        .filter((each) => isConfirmed(each) && each.commands.some((id) => commands.includes(id)))
        .map(({ id }) => ({
          what: `${id}: the package offers it to Copilot, and its sign-ins are confirmed`,
          fix: `"gate": { … }   in signIn of ${id}; or tell people to sign in from the bot's chat in Teams first`,
        }));
    }),
  },
];

/** Only Copilot uses sample prompts. */
function copilotCommandsOf(manifest: JsonObject): string[] {
  const commands = asObjects(extensionOf(manifest).commands);
  return asStrings(commands.filter(({ samplePrompts }) => asObjects(samplePrompts).length > 0).map(({ id }) => id));
}

/** A sign-in that proves no Entra user counts only with its security code. */
function isConfirmed({ signIn }: ConnectionConfig): boolean {
  return signIn.type !== 'tokenService' && !isEntra(signIn) && !('gate' in signIn && signIn.gate);
}

function changedFiles({ packed, wanted, project }: Pair): string[] {
  const made = generateExpected(project);
  const messages: [string, unknown][] = 'unchecked' in made ? [] : [...made.languages];
  const existing = (name: string) => parseJsonObject(String(project.appPackage.files.get(name) ?? ''));
  const changed = messages.filter(
    ([name, text]) => !isDeepStrictEqual(existing(name), JSON.parse(JSON.stringify(text))),
  );
  return [...(isDeepStrictEqual(packed, wanted) ? [] : ['manifest.json']), ...changed.map(([name]) => name)];
}

function hostOwner(host: string, { settings: { baseUrl = '' } }: Project): string {
  return URL.canParse(baseUrl) && new URL(baseUrl).host === host ? 'the host of BASE_URL' : "the token service's";
}

function extensionOf(manifest: JsonObject): JsonObject {
  return asObjects(manifest.composeExtensions)[0] ?? {};
}

function commandsOf(manifest: JsonObject): string[] {
  const commands = asObjects(extensionOf(manifest).commands);
  return asStrings(commands.filter(({ type }) => type !== 'action').map(({ id }) => id));
}

function linksOf(manifest: JsonObject): string[] {
  const handlers = asObjects(extensionOf(manifest).messageHandlers);
  return handlers.flatMap(({ value }) => asStrings(asObject(value).domains)).sort();
}
