import type { Check, CheckContext, Finding } from './check.ts';

/** Runs every check. @returns one finding for each fault, or one that says that there is none. */
export function runChecks(checks: readonly Check[], scene: CheckContext, offline: boolean): Finding[] {
  return checks.flatMap((check) => findingsOf(check, scene, offline));
}

function findingsOf(check: Check, scene: CheckContext, offline: boolean): Finding[] {
  const { id, section, severity, why } = check;
  if (offline && check.requires) return [{ id, section, severity: 'skipped', what: 'asks the network, and --offline' }];
  const missing = check.needs?.filter((name) => !scene.project.usable(name)) ?? [];
  if (missing.length > 0)
    return [{ id, section, severity: 'skipped', what: `${missing.join(', ')} must be mended first` }];
  const found = check.find(scene);
  if ('unchecked' in found) return [{ id, section, severity: 'skipped', what: found.unchecked }];
  if (found.length === 0) return [{ id, section, severity: 'ok' }];
  return found.map((fault) => ({ id, section, severity, why, ...fault }));
}
