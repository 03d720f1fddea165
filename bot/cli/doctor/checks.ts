import type { Check, CheckContext, Finding } from './check.ts';
import { addressChecks, pageChecks, proxyChecks } from './checks/address.ts';
import { botChecks, connectorChecks, tokenServiceChecks } from './checks/bot.ts';
import { issuerChecks } from './checks/issuers.ts';
import { manifestChecks, packageChecks } from './checks/package.ts';
import { redirectUriChecks } from './checks/redirect-uris.ts';
import { registrationChecks } from './checks/registrations.ts';
import { machineChecks, settingChecks } from './checks/settings.ts';
import { signInChecks, singleSignOnChecks } from './checks/sign-in.ts';
import { sourceChecks } from './checks/sources.ts';
import { keyChecks, storeChecks } from './checks/store.ts';
import { directLineChecks, webChatChecks } from './checks/web-chat.ts';

export const CHECKS: readonly Check[] = [
  ...machineChecks,
  ...settingChecks,
  ...botChecks,
  ...keyChecks,
  ...storeChecks,
  ...signInChecks,
  ...redirectUriChecks,
  ...singleSignOnChecks,
  ...webChatChecks,
  ...manifestChecks,
  ...packageChecks,
  ...addressChecks,
  ...pageChecks,
  ...proxyChecks,
  ...connectorChecks,
  ...issuerChecks,
  ...registrationChecks,
  ...sourceChecks,
  ...directLineChecks,
  ...tokenServiceChecks,
];

export function runChecks(checks: readonly Check[], scene: CheckContext, offline: boolean): Finding[] {
  return checks.flatMap((check) => findingsOf(check, scene, offline));
}

function findingsOf(check: Check, scene: CheckContext, offline: boolean): Finding[] {
  const { id, section, severity, why } = check;
  if (offline && check.requires)
    return [{ id, section, severity: 'skipped', what: 'needs the network, and --offline is set' }];
  const missing = check.needs?.filter((name) => !scene.project.usable(name)) ?? [];
  if (missing.length > 0)
    return [{ id, section, severity: 'skipped', what: `${missing.join(', ')} must be fixed first` }];
  const found = check.find(scene);
  if ('unchecked' in found) return [{ id, section, severity: 'skipped', what: found.unchecked }];
  if (found.length === 0) return [{ id, section, severity: 'ok' }];
  return found.map((fault) => ({ id, section, severity, why, ...fault }));
}
