import { isEnvironmentName } from '../app-package/variables.ts';
import { sendThrough } from '../platform/http-client.ts';
import { type DiagnosticCommand, type Options, UsageError } from './command.ts';
import { readProject } from './doctor/checks/project.ts';
import { redirectUris } from './doctor/checks/redirect-uris.ts';
import { CHECKS, runChecks } from './doctor/checks.ts';
import { NO_PROBES, probeAll } from './doctor/probes/probe-all.ts';
import { inspectStore } from './doctor/probes/store-state.ts';
import { report } from './doctor/report.ts';

/** Works with a broken configuration. Changes no data. */
export const doctor: DiagnosticCommand = {
  options: ['env', 'offline', 'verbose'],
  check: (options) => void environmentOf(options),
  async diagnose({ env, folder, colour, nodeVersion }, options, now) {
    const environment = environmentOf(options);
    const { offline = false, verbose = false } = options;
    const project = readProject(folder, environment, env, nodeVersion);
    sendThrough(project.settings.outboundProxy);
    const [probes, store] = await Promise.all([
      offline ? NO_PROBES : probeAll(project),
      inspectStore(project, offline),
    ]);
    const findings = runChecks(CHECKS, { project, probes, store, now }, offline);
    return report({ environment, offline, findings, redirectUris: redirectUris(project) }, { colour, verbose });
  },
};

function environmentOf({ env = 'dev' }: Options): string {
  if (!isEnvironmentName(env)) throw new UsageError('--env must be a name of letters, digits and dashes');
  return env;
}
