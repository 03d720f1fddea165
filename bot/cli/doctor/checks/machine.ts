import type { Check, Issue } from '../check.ts';
import type { Probe } from '../probes/probe.ts';

/** package.json's `engines`. */
const MIN_NODE_VERSION: readonly [number, number] = [20, 19];
/** Seconds: what the connector gate and the ID tokens' checks forgive. */
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
    find: ({ probes: heard }) => {
      const skews = hostSkews(heard.answers);
      if (skews.size === 0) return { unchecked: 'nobody answered with a date' };
      return [...skews].flatMap(([host, clockOffsetSeconds]) => skewFault(host, clockOffsetSeconds));
    },
  },
];

/** The smallest difference that each host showed: a slow answer only makes it look larger. */
function hostSkews(answers: readonly Probe[]): Map<string, number> {
  const skews = new Map<string, number>();
  for (const probe of answers) {
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
