import { generateAppPackage } from '../../../app-package/app-package.ts';
import type { AppPackage, Problem } from '../../../app-package/types.ts';
import { createFileHint } from '../../../app-package/variables.ts';
import type { Check, Issue } from '../check.ts';
import type { Skipped } from '../probes/probe.ts';
import type { Project } from './project.ts';

/** Names of variables that must not be in a committed file. */
const SECRET = /(^SECRET_|PASSWORD|_SECRET$|ENCRYPTION_KEYS|PRIVATE_KEY)/;
/** Variables that must have one value if both places set them. */
const SHARED = ['BOT_ID', 'BOT_TENANT_ID', 'BASE_URL', 'CONNECTIONS_FILE', 'AAD_APP_CLIENT_ID'];

/** The package that `npm run package` would build now. */
export function generateExpected(project: Project): AppPackage | Skipped {
  const { environment, template, languages, variables, settings } = project;
  if (!hasTemplate(template)) return { unchecked: 'there is no appPackage/manifest.json' };
  const { connections, baseUrl } = settings;
  return generateAppPackage({ environment, template: template.fields, languages, variables, connections, baseUrl });
}

/** A deployed service has no template. */
export function hasTemplate(template: Project['template']): boolean {
  return template.fields !== undefined || template.problem !== undefined;
}

function problemsOf(project: Project, wanted: (problem: Problem) => boolean): Issue[] | Skipped {
  const made = generateExpected(project);
  if ('unchecked' in made) return made;
  return made.problems.filter(wanted).map(({ level, what: problem, fix }) => ({ what: problem, fix, severity: level }));
}

const isVariable = ({ code }: Problem) => code.startsWith('variable.');
const isDomain = ({ code }: Problem) => code.startsWith('domain.') || code.startsWith('base_url.');
/** The checks of the sign-in and of BASE_URL report these with better words. */
const isBody = ({ code }: Problem) => ['sign_in.is_bot', 'domain.loopback', 'base_url.missing'].includes(code);

export const manifestChecks: readonly Check[] = [
  {
    id: 'env-file-missing',
    section: 'App package',
    severity: 'warning',
    why: 'Nothing says which bot and which address the app in Teams belongs to, so it cannot be packaged.',
    find: ({ project: { environment, envFiles, template } }) =>
      envFiles.shared || envFiles.own || !hasTemplate(template)
        ? []
        : [
            {
              what: `env/.env.${environment} is not there`,
              fix: createFileHint(environment),
            },
          ],
  },
  {
    id: 'env-file-secret',
    section: 'App package',
    severity: 'error',
    why: 'The file is committed: whoever reads the repository can speak for the bot, or read what it keeps.',
    find: ({ project: { environment, envFiles } }) =>
      Object.entries(envFiles.shared ?? {})
        .filter(([name, value]) => SECRET.test(name) && value && environment !== 'local')
        .map(([name]) => ({
          what: `env/.env.${environment} holds ${name}`,
          fix: `Move ${name} to env/.env.${environment}.user as SECRET_${name.replace(/^SECRET_/, '')}, and make a new one: the old is in the history`,
        })),
  },
  {
    id: 'env-file-differs',
    section: 'App package',
    severity: 'error',
    why: 'Teams is told of another bot, or of another address, than the service that runs.',
    find: ({ project: { environment, env, envFiles, usable } }) =>
      // Problems of a single variable are reported elsewhere, and its value may contain a password (T72).
      SHARED.filter(usable).flatMap((name) => {
        const [running, packaged] = [env[name], envFiles.own?.[name] || envFiles.shared?.[name]];
        if (!running || !packaged || running === packaged) return [];
        return [
          {
            what: `${name} is one thing in the environment and another in env/.env.${environment}`,
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
    why: 'A package with an open variable is refused by Teams.',
    find: ({ project }) => problemsOf(project, isVariable),
  },
  {
    id: 'manifest-domains',
    section: 'App package',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Teams opens the pop-up, and believes what it says, only on hosts that the manifest names.',
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
      if (problem !== undefined) return [{ what: problem, fix: 'Mend appPackage/manifest.json.' }];
      return problemsOf(project, (each) => !isVariable(each) && !isDomain(each) && !isBody(each));
    },
  },
];
