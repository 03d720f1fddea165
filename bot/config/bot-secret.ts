import { readFileSync } from 'node:fs';
import { certificatesIn, privateKeyIn, validityProblem } from '../platform/certificate.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';
import { parseGuid } from '../sign-in/user.ts';
import type { ConnectionConfig } from './connection-schema.ts';
import { type Env, HTTPS_OR_LOOPBACK, type ReportProblem } from './env.ts';
import { isEntra } from './sign-in-types.ts';

export interface TokenServiceConfig {
  /** The origin of the API and the sign-in pages. */
  url: string;
  /** Issues the bot's token for the service. */
  loginUrl: string;
  /** The `aud` of the bot's token. */
  scope: string;
}

const PUBLIC_LOGIN = {
  loginUrl: 'https://login.microsoftonline.com/botframework.com',
  scope: 'https://api.botframework.com',
};

/** @see https://learn.microsoft.com/azure/bot-service/ref-oauth-redirect-urls */
const SERVICES: ReadonlyMap<string, TokenServiceConfig> = new Map(
  Object.entries({
    public: { url: 'https://token.botframework.com', ...PUBLIC_LOGIN },
    europe: { url: 'https://europe.token.botframework.com', ...PUBLIC_LOGIN },
    unitedstates: { url: 'https://unitedstates.token.botframework.com', ...PUBLIC_LOGIN },
    india: { url: 'https://india.token.botframework.com', ...PUBLIC_LOGIN },
    usgov: {
      url: 'https://token.botframework.azure.us',
      loginUrl: 'https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us',
      scope: 'https://api.botframework.us',
    },
    china: {
      url: 'https://token.botframework.azure.cn',
      loginUrl: 'https://login.partner.microsoftonline.cn/microsoftservices.partner.onmschina.cn',
      scope: 'https://api.botframework.azure.cn',
    },
  }),
);

export function readTokenService(
  env: Env,
  cloud: string | undefined,
  loopback: boolean,
  bad: ReportProblem,
): TokenServiceConfig | undefined {
  const value = env.BOT_TOKEN_SERVICE || (SERVICES.has(cloud ?? '') ? String(cloud) : 'public');
  const service = SERVICES.get(value);
  if (service) return service;
  // The service issues users' tokens and gets the bot's. So a custom address must be a stand-in on this machine.
  if (loopback && isSafeUrl(value, true) && isLoopback(new URL(value))) {
    const url = new URL(value).origin;
    return { url, loginUrl: `${url}/botframework.com`, scope: PUBLIC_LOGIN.scope };
  }
  return bad(
    `BOT_TOKEN_SERVICE must be one of ${[...SERVICES.keys()].join(', ')}, or a loopback URL where BASE_URL is loopback`,
  );
}

/** The bot's credential at Entra. A bot that sends no messages needs neither. */
export interface BotSecret {
  password: string | undefined;
  certificate: BotCertificate | undefined;
}

interface BotCertificate {
  /** SHA-1 in hex. Entra finds the certificate by it. */
  thumbprint: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

/** Placeholders of templates. Entra's secrets have about forty characters. */
const PLACEHOLDER =
  /^(<.*>|\[.*\]|\{.*\}|x{3,}|\*{3,}|\.{3,}|…|changeme|change-me|password|secret|client-?secret|bot-?password|your[-_ ].*|todo|none|null|undefined)$/i;

/** A managed identity needs neither password nor certificate.
 * @param now milliseconds */
export function readBotSecret(env: Env, type: string, now: number, bad: ReportProblem): BotSecret {
  const [password, file] = [env.BOT_PASSWORD || undefined, env.BOT_CERTIFICATE_FILE || undefined];
  if (type === 'UserAssignedMSI') return { password, certificate: undefined };
  if (password && PLACEHOLDER.test(password)) bad('BOT_PASSWORD is a placeholder: set the secret of the registration');
  if (password && file) bad('BOT_CERTIFICATE_FILE and BOT_PASSWORD are both set: the bot uses one, remove the other');
  return { password, certificate: file === undefined ? undefined : readCertificate(file, now, bad) };
}

// No message contains the value: by mistake it may be the key itself.
function readCertificate(file: string, now: number, bad: ReportProblem): BotCertificate | undefined {
  const problem = (problem: string) => bad(`BOT_CERTIFICATE_FILE ${problem}`);
  const pem = readPem(file);
  if (pem === undefined) return problem('names a file that cannot be read');
  const certificates = certificatesIn(pem);
  if (certificates.length === 0) return problem('contains no certificate (-----BEGIN CERTIFICATE-----)');
  const key = privateKeyIn(pem);
  if (key === 'missing')
    return problem('contains no private key (-----BEGIN PRIVATE KEY-----): put it into the same file');
  if (key === 'unreadable')
    return problem('contains a private key that cannot be read: it must be complete and not encrypted');
  if (key.asymmetricKeyType !== 'rsa')
    return problem('must contain an RSA key: Entra accepts no other type from an app');
  const certificate = certificates.find((each) => each?.checkPrivateKey(key));
  if (certificate === undefined) return problem('contains a private key that does not belong to its certificate');
  const invalid = validityProblem(certificate, now);
  if (invalid !== undefined) return problem(invalid);
  const thumbprint = certificate.fingerprint.replaceAll(':', '');
  return { thumbprint, privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function readPem(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

export interface DirectLineConfig {
  /** Grants access to all of the bot's conversations, so it never leaves the server. */
  secret: string;
  url: string;
  origins: readonly string[];
  tenantId: string | undefined;
}

export function readDirectLine(
  env: Env,
  { loopback, tenants }: { loopback: boolean; tenants: ReadonlySet<string> | undefined },
  connections: readonly ConnectionConfig[],
  bad: ReportProblem,
): DirectLineConfig | undefined {
  const secret = env.DIRECT_LINE_SECRET;
  if (!secret) return undefined;
  if (!/^[\x21-\x7e]{8,512}$/.test(secret)) bad('DIRECT_LINE_SECRET is not a secret of the Direct Line channel');
  const url = (env.DIRECT_LINE_URL || 'https://directline.botframework.com').replace(/\/$/, '');
  if (!isOrigin(url, loopback)) bad(`DIRECT_LINE_URL must be only an origin, and ${HTTPS_OR_LOOPBACK}`);
  const origins = (env.DIRECT_LINE_ORIGINS ?? '').split(',').flatMap((each) => each.trim() || []);
  if (!origins.every((origin) => isOrigin(origin, loopback))) {
    bad(`DIRECT_LINE_ORIGINS must be origins, comma separated; each ${HTTPS_OR_LOOPBACK}`);
  }
  return { secret, url, origins, tenantId: readTenant(env, tenants, connections, bad) };
}

/** `URL` accepts wildcards; this does not. */
function isOrigin(value: string, loopback: boolean): boolean {
  return isSafeUrl(value, loopback) && new URL(value).origin === value && !value.includes('*');
}

/** A browser user has no Teams tenant, so the configuration must name one. */
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
