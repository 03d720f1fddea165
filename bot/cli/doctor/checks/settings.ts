import { ConfigError } from '../../../config/config.ts';
import { buildConnections } from '../../../connection.ts';
import type { Check, Issue } from '../check.ts';
import type { Probe } from '../probes/probe.ts';
import { isProblemOf, type Project } from './project.ts';

/** `engines` of package.json. */
const MIN_NODE_VERSION: readonly [number, number] = [20, 19];
/** Seconds of clock skew that token checks tolerate. */
const FORGIVEN = { gate: 300, idToken: 60 };

export const machineChecks: readonly Check[] = [
  {
    id: 'node-version',
    section: 'Machine',
    severity: 'error',
    why: 'An older Node does not run the service, or runs it without what the sign-in needs.',
    find: ({ project: { nodeVersion } }) => {
      const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
      if (major > MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor >= MIN_NODE_VERSION[1])) return [];
      return [
        {
          what: `this is Node ${nodeVersion}; ${MIN_NODE_VERSION.join('.')} or later is needed`,
          fix: 'Install Node 24 from https://nodejs.org/, then npm ci && npm run build',
        },
      ];
    },
  },
  {
    id: 'clock-skew',
    section: 'Machine',
    severity: 'error',
    why: 'Tokens carry times. With a wrong clock those of Teams and of the sign-in are refused, and searches fail.',
    requires: 'network',
    find: ({ probes: probe }) => {
      const skews = hostSkews(probe.responses);
      if (skews.size === 0) return { unchecked: 'nobody answered with a date' };
      return [...skews].flatMap(([host, clockOffsetSeconds]) => skewFault(host, clockOffsetSeconds));
    },
  },
];

/** A slow response makes the skew look larger, so the smallest per host counts. */
function hostSkews(responses: readonly Probe[]): Map<string, number> {
  const skews = new Map<string, number>();
  for (const probe of responses) {
    if (!('status' in probe) || probe.ahead === undefined) continue;
    const { host } = new URL(probe.url);
    const known = skews.get(host);
    if (known === undefined || Math.abs(probe.ahead) < Math.abs(known)) skews.set(host, probe.ahead);
  }
  return skews;
}

function skewFault(host: string, clockOffsetSeconds: number): Issue[] {
  const off = Math.abs(clockOffsetSeconds);
  if (off <= FORGIVEN.idToken) return [];
  return [
    {
      what: `the clock of ${host} is ${off} seconds ${clockOffsetSeconds > 0 ? 'ahead of' : 'behind'} this machine's`,
      fix: 'timedatectl set-ntp true   (here, or there where the other hosts agree with this machine)',
      severity: off > FORGIVEN.gate ? 'error' : 'warning',
    },
  ];
}

const NO_START = 'The service does not start without it, so Teams says that it could not reach the app.';

const VARIABLES: Readonly<Record<string, { why: string; fix: string }>> = {
  PORT: { why: NO_START, fix: 'PORT=3978' },
  BASE_URL: {
    why: 'Every address that Teams opens begins with it: the sign-in pop-up, its redirect URI, the settings page.',
    fix: 'BASE_URL=https://latchkey.example.com   (your own public origin, no path)',
  },
  BOT_ID: {
    why: "Teams' requests are meant for this id; with another, each is refused and searches fail.",
    fix: 'BOT_ID=<the "Microsoft App ID" of the Azure Bot>',
  },
  BOT_TYPE: {
    why: 'It decides how the bot gets its own token; with a wrong one it cannot write to a conversation.',
    fix: 'BOT_TYPE=SingleTenant   (or UserAssignedMSI)',
  },
  BOT_CERTIFICATE_FILE: {
    why: 'With it the bot gets its own token; with a wrong one it cannot write to a conversation.',
    fix: 'BOT_CERTIFICATE_FILE=<a PEM file with the certificate and its private key>   (or BOT_PASSWORD instead)',
  },
  BOT_TENANT_ID: {
    why: "The bot's token comes from the tenant where it is registered.",
    fix: "BOT_TENANT_ID=<the directory (tenant) id of the bot's registration>",
  },
  BOT_OPENID_METADATA: {
    why: "It says whose requests are believed; with a wrong one all of Teams' are refused.",
    fix: 'BOT_OPENID_METADATA=public   (usgov and china are the other clouds)',
  },
  BOT_TOKEN_SERVICE: {
    why: "People's tokens for connections of the type tokenService come from there; from another cloud come none.",
    fix: 'BOT_TOKEN_SERVICE=public   (europe, unitedstates, india, usgov and china are the others)',
  },
  ALLOWED_TENANTS: {
    why: 'People of other tenants are told that the app is not for their organisation.',
    fix: 'ALLOWED_TENANTS=<tenant GUID>[,<tenant GUID>…]',
  },
  STORE_URL: { why: 'Without a store nobody can stay signed in.', fix: 'STORE_URL=sqlite:./data/latchkey.db' },
  ENCRYPTION_KEYS: {
    why: "Without it people's tokens cannot be kept; with another than before, everybody signs in again.",
    fix: `ENCRYPTION_KEYS=$(node -p "'k1:' + require('crypto').randomBytes(32).toString('base64')")`,
  },
  CONNECTIONS_FILE: {
    why: 'It says what can be searched, and how people sign in to it.',
    fix: 'Mend the file at the place named; to begin anew: cp connections.example.json connections.json',
  },
  SECURITY_CODE_TTL: {
    why: 'Teams brings the code back within this time, or people sign in and nothing happens.',
    fix: 'SECURITY_CODE_TTL=180',
  },
  TICKET_TTL: { why: 'The sign-in link in Teams is good for so long.', fix: 'TICKET_TTL=600' },
  TEAMS_HOST_ORIGINS: {
    why: 'The pop-up tells Teams alone that the sign-in is done; further hosts are for a client on this machine.',
    fix: 'unset TEAMS_HOST_ORIGINS',
  },
  TRUSTED_PROXIES: {
    why: 'It tells whose requests to the sign-in pages count together; a wrong one stops the service.',
    fix: "TRUSTED_PROXIES=<your proxy's address or network, such as 10.0.0.0/8>",
  },
  METRICS_PORT: { why: NO_START, fix: 'METRICS_PORT=9464, or unset METRICS_PORT' },
  DIRECT_LINE_SECRET: {
    why: 'Web Chat gets its conversations with it.',
    fix: 'DIRECT_LINE_SECRET=<a key of the Direct Line channel, in the Azure Bot under Channels>',
  },
  DIRECT_LINE_URL: {
    why: 'The secret goes there, and so do all conversations of Web Chat.',
    fix: 'DIRECT_LINE_URL=https://directline.botframework.com   (for Europe https://europe.directline.botframework.com)',
  },
  DIRECT_LINE_ORIGINS: {
    why: 'Pages of these origins may ask for tokens beside /chat itself; what is no origin is nobody’s.',
    fix: 'DIRECT_LINE_ORIGINS=https://chat.example.com   (no path; several with commas between)',
  },
  DIRECT_LINE_TENANT: {
    why: 'Nobody’s tenant is known of a browser: people of Web Chat sign in to Entra in this one.',
    fix: 'DIRECT_LINE_TENANT=<one GUID of ALLOWED_TENANTS>',
  },
  LOG_LEVEL: { why: NO_START, fix: 'LOG_LEVEL=info' },
};

export const settingChecks: readonly Check[] = [
  ...Object.entries(VARIABLES).map(
    ([name, { why, fix }]): Check => ({
      id: `setting-${name.toLowerCase().replaceAll('_', '-')}`,
      section: 'Settings',
      severity: 'error',
      why,
      find: ({ project }) =>
        project.problemsOf(name).map((problem) => ({ what: problem, fix: unsetIn(problem) ?? fix })),
    }),
  ),
  {
    id: 'settings-refused',
    section: 'Settings',
    severity: 'error',
    why: NO_START,
    find: ({ project }) => [...otherProblems(project), ...refusedConnections(project)],
  },
];

function unsetIn(problem: string): string | undefined {
  const [, name] = /names \$\{(\w+)\}/.exec(problem) ?? [];
  return name && `${name}=…   in the service's environment`;
}

function otherProblems({ problems }: Project): Issue[] {
  const others = problems.filter((problem) => !Object.keys(VARIABLES).some((name) => isProblemOf(problem, name)));
  return others.map((problem) => ({ what: problem, fix: 'Set the variable as it says.' }));
}

/** Finds options that pass the schema but that a provider or source rejects. */
function refusedConnections({ settings }: Project): Issue[] {
  const { baseUrl = 'https://latchkey.example.com' } = settings;
  try {
    buildConnections({ ...settings, baseUrl });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({
      what: problem,
      fix: 'Mend the connection of that id in the connections file.',
    }));
  }
}
