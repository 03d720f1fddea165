import { addressChecks } from './address.ts';
import { botChecks } from './bot.ts';
import type { Check } from './check.ts';
import { connectorChecks } from './connector.ts';
import { issuerChecks } from './issuers.ts';
import { keyChecks } from './keys.ts';
import { machineChecks } from './machine.ts';
import { manifestChecks } from './manifest.ts';
import { packageChecks } from './package.ts';
import { pageChecks } from './pages.ts';
import { proxyChecks } from './proxies.ts';
import { redirectUriChecks } from './redirect-uris.ts';
import { settingChecks } from './settings.ts';
import { signInChecks } from './sign-in.ts';
import { singleSignOnChecks } from './single-sign-on.ts';
import { sourceChecks } from './sources.ts';
import { storeChecks } from './store.ts';
import { tokenServiceChecks } from './token-service.ts';
import { directLineChecks, webChatChecks } from './web-chat.ts';

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
