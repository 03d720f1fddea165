import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/* A certificate of one's own, as `openssl req -x509` makes it: DER by hand (RFC 5280, section 4.1), as Node makes none. */

/** A tag, a length, what is in it. */
function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
/** GeneralizedTime: `YYYYMMDDhhmmssZ`. */
const time = (date: Date) => der(0x18, `${date.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`);
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
/** The version of a certificate with extensions. */
const VERSION_3 = Buffer.from('a003020102', 'hex');
const SHA256_WITH_RSA = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), der(0x05));

interface OwnCertificate {
  certificate: string;
  privateKey: string;
  key: KeyObject;
}

/** @param days from when until when it is valid, counted from now @param hosts DNS names that it is for */
export function makeCertificate({
  days = [-1, 30] as const,
  hosts = [],
}: {
  days?: readonly [number, number];
  hosts?: readonly string[];
} = {}): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // OpenSSL finds an issuer by its name: no two of them share one.
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, `latchkey ${randomUUID()}`))));
  const [from, to] = days.map((day) => time(new Date(Date.now() + day * 86_400_000)));
  const names = der(0x04, sequence(...hosts.map((host) => der(0x82, host))));
  const toBeSigned = sequence(
    ...(hosts.length > 0 ? [VERSION_3] : []),
    der(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    name,
    sequence(from ?? Buffer.alloc(0), to ?? Buffer.alloc(0)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(hosts.length > 0 ? [der(0xa3, sequence(sequence(SUBJECT_ALTERNATIVE_NAME, names)))] : []),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  const base64 = sequence(toBeSigned, SHA256_WITH_RSA, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    key: privateKey,
  };
}
