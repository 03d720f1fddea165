import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Env, ReportProblem } from './setting.ts';

/** What the bot shows Entra for a token of its own: one of the two, or, while it has nothing to send, neither. */
export interface BotSecret {
  password: string | undefined;
  certificate: BotCertificate | undefined;
}

export interface BotCertificate {
  /** The certificate's SHA-1 in hex, by which Entra finds it among those of the registration. */
  thumbprint: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^-]+-----END \1PRIVATE KEY-----/;

/** What templates and instructions put where a secret belongs. Entra's own secrets have some forty characters. */
const PLACEHOLDER =
  /^(<.*>|\[.*\]|\{.*\}|x{3,}|\*{3,}|\.{3,}|…|changeme|change-me|password|secret|client-?secret|bot-?password|your[-_ ].*|todo|none|null|undefined)$/i;

/** Reads BOT_PASSWORD, or the certificate and key of the PEM file that BOT_CERTIFICATE_FILE names. A managed identity
 * needs neither: what is set all the same is not used. @param now milliseconds */
export function readBotSecret(env: Env, type: string, now: number, bad: ReportProblem): BotSecret {
  const [password, file] = [env.BOT_PASSWORD || undefined, env.BOT_CERTIFICATE_FILE || undefined];
  if (type === 'UserAssignedMSI') return { password, certificate: undefined };
  if (password && PLACEHOLDER.test(password)) bad('BOT_PASSWORD is a placeholder: set the secret of the registration');
  if (password && file) bad('BOT_CERTIFICATE_FILE and BOT_PASSWORD are both set: the bot signs in with one, leave one');
  return { password, certificate: file === undefined ? undefined : readCertificate(file, now, bad) };
}

// The variable's value is in no message: somebody may have put the key itself there.
function readCertificate(file: string, now: number, bad: ReportProblem): BotCertificate | undefined {
  const problem = (what: string) => bad(`BOT_CERTIFICATE_FILE ${what}`);
  const pem = readPem(file);
  if (pem === undefined) return problem('names a file that cannot be read');
  const certificates = (pem.match(CERTIFICATE) ?? []).map(parseCertificate);
  if (certificates.length === 0) return problem('holds no certificate (-----BEGIN CERTIFICATE-----)');
  const [block] = PRIVATE_KEY.exec(pem) ?? [];
  if (block === undefined)
    return problem('holds no private key (-----BEGIN PRIVATE KEY-----): put it into the same file');
  const key = parseKey(block);
  if (key === undefined) return problem('holds a private key that cannot be read: it must be whole, and not encrypted');
  if (key.asymmetricKeyType !== 'rsa') return problem('must hold an RSA key: Entra takes no other from an app');
  const certificate = certificates.find((each) => each?.checkPrivateKey(key));
  if (certificate === undefined) return problem('holds a private key that is not that of its certificate');
  if (now < Date.parse(certificate.validFrom)) return problem(`is not valid before ${certificate.validFrom}`);
  if (now > Date.parse(certificate.validTo)) return problem(`expired on ${certificate.validTo}: make a new one`);
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

function parseCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function parseKey(block: string): KeyObject | undefined {
  try {
    return createPrivateKey(block);
  } catch {
    return undefined;
  }
}
