import { isSafeUrl } from '../platform/safe-url.ts';
import { parseGuid } from '../sign-in/user.ts';
import type { ConnectionConfig } from './connections-file.ts';
import { type Env, HTTPS_OR_LOOPBACK, type ReportProblem } from './setting.ts';
import { isEntra } from './sign-in-types.ts';

/** Web Chat, and whatever else speaks Direct Line with tokens of ours. */
export interface DirectLineConfig {
  /** Opens every conversation of the bot: it stays here. */
  secret: string;
  /** Direct Line's own origin. */
  url: string;
  /** Whose pages may ask for tokens, beside our own. */
  origins: readonly string[];
  /** In which tenant people of a browser sign in where a connection is Entra's. */
  tenantId: string | undefined;
}

/** Reads `DIRECT_LINE_*`; `undefined` where there is no secret, and then nothing of it is there. */
export function readDirectLine(
  env: Env,
  { loopback, tenants }: { loopback: boolean; tenants: ReadonlySet<string> | undefined },
  connections: readonly ConnectionConfig[],
  bad: ReportProblem,
): DirectLineConfig | undefined {
  const secret = env.DIRECT_LINE_SECRET;
  if (!secret) return undefined;
  if (!/^[\x21-\x7e]{8,512}$/.test(secret)) bad('DIRECT_LINE_SECRET is no secret of the Direct Line channel');
  const url = (env.DIRECT_LINE_URL || 'https://directline.botframework.com').replace(/\/$/, '');
  if (!isOrigin(url, loopback)) bad(`DIRECT_LINE_URL must be an origin alone, and ${HTTPS_OR_LOOPBACK}`);
  const origins = (env.DIRECT_LINE_ORIGINS ?? '').split(',').flatMap((each) => each.trim() || []);
  if (!origins.every((origin) => isOrigin(origin, loopback))) {
    bad(`DIRECT_LINE_ORIGINS must be origins, comma separated; each ${HTTPS_OR_LOOPBACK}`);
  }
  return { secret, url, origins, tenantId: readTenant(env, tenants, connections, bad) };
}

/** One, in full: a pattern is no origin, though it can be read as one. */
function isOrigin(value: string, loopback: boolean): boolean {
  return isSafeUrl(value, loopback) && new URL(value).origin === value && !value.includes('*');
}

/** Nobody's tenant is known of a browser: Entra has to be asked in one that we name. */
function readTenant(
  env: Env,
  tenants: ReadonlySet<string> | undefined,
  connections: readonly ConnectionConfig[],
  bad: ReportProblem,
): string | undefined {
  const [only, ...others] = tenants ?? [];
  const tenantId = env.DIRECT_LINE_TENANT ? parseGuid(env.DIRECT_LINE_TENANT) : others.length === 0 ? only : undefined;
  if (env.DIRECT_LINE_TENANT && !tenantId) return bad('DIRECT_LINE_TENANT must be a GUID');
  const needed = connections.some(({ signIn }) => isEntra(signIn));
  if (needed && !tenantId) {
    return bad('DIRECT_LINE_TENANT is missing: where people of Web Chat sign in to Entra, a GUID of ALLOWED_TENANTS');
  }
  if (tenantId && tenants && !tenants.has(tenantId)) return bad('DIRECT_LINE_TENANT must be one of ALLOWED_TENANTS');
  return tenantId;
}
