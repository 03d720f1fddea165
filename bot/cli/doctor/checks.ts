import type { Check } from './check.ts';
import { addressChecks } from './checks/address.ts';
import { botChecks } from './checks/bot.ts';
import { connectorChecks } from './checks/connector.ts';
import { issuerChecks } from './checks/issuers.ts';
import { keyChecks } from './checks/keys.ts';
import { machineChecks } from './checks/machine.ts';
import { manifestChecks } from './checks/manifest.ts';
import { packageChecks } from './checks/package.ts';
import { pageChecks } from './checks/pages.ts';
import { proxyChecks } from './checks/proxies.ts';
import { redirectUriChecks } from './checks/redirect-uris.ts';
import { settingChecks } from './checks/settings.ts';
import { signInChecks } from './checks/sign-in.ts';
import { singleSignOnChecks } from './checks/single-sign-on.ts';
import { sourceChecks } from './checks/sources.ts';
import { storeChecks } from './checks/store.ts';
import { tokenServiceChecks } from './checks/token-service.ts';
import { directLineChecks, webChatChecks } from './checks/web-chat.ts';

/** All that the doctor checks, in the order in which it says so. */
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
  ...sourceChecks,
  ...directLineChecks,
  ...tokenServiceChecks,
];
