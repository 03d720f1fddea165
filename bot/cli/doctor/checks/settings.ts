import { ConfigError } from '../../../config/config.ts';
import { isProblemOf } from '../../../config/env.ts';
import { buildConnections } from '../../../connection.ts';
import { unmaintainedNode } from '../../../platform/node-version.ts';
import type { Check, Issue } from '../check.ts';
import type { Probe } from '../probes/probe.ts';
import type { Project } from './project.ts';

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
    find: ({ project: { nodeVersion, settings } }) => {
      const fix = 'Install Node 24 from https://nodejs.org/, then npm ci && npm run build';
      const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
      if (major < MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor < MIN_NODE_VERSION[1]))
        return [{ what: `this is Node ${nodeVersion}; ${MIN_NODE_VERSION.join('.')} or later is needed`, fix }];
      // On loopback it is the demo or a developer's machine, where 20.19 will do.
      const problem = settings.loopback ? undefined : unmaintainedNode(nodeVersion);
      if (problem === undefined) return [];
      return [
        { what: problem, fix, severity: 'warning', why: 'Security holes in Node stay open in the public service.' },
      ];
    },
  },
  {
    id: 'clock-skew',
    section: 'Machine',
    severity: 'error',
    why: 'Tokens contain times. With a wrong clock the bot refuses valid tokens, and searches fail.',
    requires: 'network',
    find: ({ probes: probe }) => {
      const skews = hostSkews(probe.responses);
      if (skews.size === 0) return { unchecked: 'no response had a date' };
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

const NO_START = 'Without it the service does not start, and Teams cannot reach the app.';

const VARIABLES: Readonly<Record<string, { why: string; fix: string }>> = {
  PORT: { why: NO_START, fix: 'PORT=3978' },
  BASE_URL: {
    why: 'Every address that Teams opens begins with it: the sign-in pop-up, its redirect URI, the settings page.',
    fix: 'BASE_URL=https://latchkey.example.com   (your own public origin, no path)',
  },
  BOT_ID: {
    why: 'Teams addresses its requests to this id. With a wrong id the bot refuses each request, and searches fail.',
    fix: 'BOT_ID=<the "Microsoft App ID" of the Azure Bot>',
  },
  BOT_TYPE: {
    why: 'It decides how the bot gets its own token. With a wrong type the bot cannot write to a conversation.',
    fix: 'BOT_TYPE=SingleTenant   (or UserAssignedMSI)',
  },
  BOT_CERTIFICATE_FILE: {
    why: 'The bot gets its own token with it. With a wrong password the bot cannot write to a conversation.',
    fix: 'BOT_CERTIFICATE_FILE=<a PEM file with the certificate and its private key>   (or BOT_PASSWORD instead)',
  },
  BOT_TENANT_ID: {
    why: "The bot's token comes from the tenant where it is registered.",
    fix: "BOT_TENANT_ID=<the directory (tenant) id of the bot's registration>",
  },
  BOT_OPENID_METADATA: {
    why: 'The bot accepts the requests of this Connector only. With a wrong address it refuses all requests of Teams.',
    fix: 'BOT_OPENID_METADATA=public   (usgov and china are the other clouds)',
  },
  BOT_TOKEN_SERVICE: {
    why: "Connections of the type tokenService get their users' tokens from this address. Another cloud does not have them.",
    fix: 'BOT_TOKEN_SERVICE=public   (europe, unitedstates, india, usgov and china are the others)',
  },
  ALLOWED_TENANTS: {
    why: 'Users of all other tenants read that the app is not for their organization.',
    fix: 'ALLOWED_TENANTS=<tenant GUID>[,<tenant GUID>…]',
  },
  STORE_URL: { why: 'Without a store, no user stays signed in.', fix: 'STORE_URL=sqlite:./data/latchkey.db' },
  ENCRYPTION_KEYS: {
    why: 'It encrypts the tokens in the store. After a change of the key, all users must sign in again.',
    fix: `ENCRYPTION_KEYS=$(node -p "'k1:' + require('crypto').randomBytes(32).toString('base64')")`,
  },
  CONNECTIONS_FILE: {
    why: 'The file names the systems to search, and how users sign in to them.',
    fix: 'Correct the file at the place shown; to start again: cp connections.example.json connections.json',
  },
  SECURITY_CODE_TTL: {
    why: 'Teams must return the code within this time. If it is too short, users sign in and nothing happens.',
    fix: 'SECURITY_CODE_TTL=180',
  },
  TICKET_TTL: { why: 'The sign-in link in Teams is valid for this time.', fix: 'TICKET_TTL=600' },
  TEAMS_HOST_ORIGINS: {
    why: 'The pop-up gives the result of the sign-in to Teams only. Further hosts are for a client on this machine.',
    fix: 'unset TEAMS_HOST_ORIGINS',
  },
  TRUSTED_PROXIES: {
    why: 'It decides which requests to the sign-in pages share a limit. With a wrong value the service does not start.',
    fix: "TRUSTED_PROXIES=<your proxy's address or network, such as 10.0.0.0/8>",
  },
  HTTPS_PROXY: {
    why: 'Requests to Microsoft, to the sign-ins and to the systems go through this proxy. With a wrong value none arrives.',
    fix: 'HTTPS_PROXY=http://<host>:<port>   (with user:password@ in front of the host if the proxy wants it)',
  },
  METRICS_PORT: { why: NO_START, fix: 'METRICS_PORT=9464, or unset METRICS_PORT' },
  DIRECT_LINE_SECRET: {
    why: 'Web Chat gets its conversations with it.',
    fix: 'DIRECT_LINE_SECRET=<a key of the Direct Line channel, in the Azure Bot under Channels>',
  },
  DIRECT_LINE_URL: {
    why: 'The bot sends the secret and all conversations of Web Chat to this address.',
    fix: 'DIRECT_LINE_URL=https://directline.botframework.com   (for Europe https://europe.directline.botframework.com)',
  },
  DIRECT_LINE_ORIGINS: {
    why: 'Pages of these origins may request tokens, like /chat itself. A value that is not an origin matches no page.',
    fix: 'DIRECT_LINE_ORIGINS=https://chat.example.com   (no path; several with commas between)',
  },
  DIRECT_LINE_TENANT: {
    why: 'A browser does not tell its user’s tenant, so users of Web Chat sign in to Entra in this tenant.',
    fix: 'DIRECT_LINE_TENANT=<one GUID of ALLOWED_TENANTS>',
  },
  LOG_LEVEL: { why: NO_START, fix: 'LOG_LEVEL=info' },
  AUDIT_LOG: { why: NO_START, fix: 'AUDIT_LOG=stdout, or AUDIT_LOG=/var/log/latchkey/audit.jsonl' },
};

export const settingChecks: readonly Check[] = [
  ...Object.entries(VARIABLES).map(
    ([name, { why, fix }]): Check => ({
      id: `setting-${name.toLowerCase().replaceAll('_', '-')}`,
      section: 'Settings',
      severity: 'error',
      why,
      find: ({ project }) => project.problemsOf(name).map((problem) => ({ what: problem, fix: fixOf(problem) ?? fix })),
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

/** The line that corrects a problem of a variable of connections.json, or of a file of a secret. */
function fixOf(problem: string): string | undefined {
  const [, name] = /names \$\{(\w+)\}/.exec(problem) ?? [];
  if (name) return `${name}=…   in the service's environment`;
  const [, both] = /(\w+_FILE) are both set/.exec(problem) ?? [];
  if (both) return `unset ${both}   or the variable without _FILE`;
  const [, file] = /(\w+_FILE) names /.exec(problem) ?? [];
  return file && file !== 'BOT_CERTIFICATE_FILE' ? `${file}=<a file that the service's user can read>` : undefined;
}

function otherProblems({ problems }: Project): Issue[] {
  const others = problems.filter((problem) => !Object.keys(VARIABLES).some((name) => isProblemOf(problem, name)));
  return others.map((problem) => ({ what: problem, fix: fixOf(problem) ?? 'Set the variable as described.' }));
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
      fix: 'Fix the connection of that id in the connections file.',
    }));
  }
}
