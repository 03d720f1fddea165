import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^-]+-----END \1PRIVATE KEY-----/;

/** @returns an empty list without a block; `undefined` for a block that cannot be read */
export function certificatesIn(pem: string): (X509Certificate | undefined)[] {
  return (pem.match(CERTIFICATE) ?? []).map((block) => orUndefined(() => new X509Certificate(block)));
}

/** The first private key, without a passphrase. */
export function privateKeyIn(pem: string): KeyObject | 'missing' | 'unreadable' {
  const [block] = PRIVATE_KEY.exec(pem) ?? [];
  if (block === undefined) return 'missing';
  return orUndefined(() => createPrivateKey(block)) ?? 'unreadable';
}

/** @param now milliseconds */
export function validityProblem({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  if (now < Date.parse(validFrom)) return `is not valid before ${validFrom}`;
  return now > Date.parse(validTo) ? `expired on ${validTo}: make a new one` : undefined;
}

/** Variables of an environment often have `\n` in place of line breaks. */
export function readPem(text: string): string {
  return text.replaceAll('\\n', '\n');
}

function orUndefined<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
