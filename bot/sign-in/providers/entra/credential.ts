import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClientAuth } from 'openid-client';
import * as z from 'zod';
import { certificatesIn, privateKeyIn, readPem } from '../../../platform/certificate.ts';
import { networkErrorCode } from '../../../platform/http-client.ts';
import { parseGuid } from '../../user.ts';
import { ProviderError } from '../identity-provider.ts';
import { clientAssertion, foreignAssertion } from '../oauth/client-assertion.ts';
import { type IdentityEndpoint, isJwt, ManagedIdentity } from './managed-identity.ts';

const text = z.string().min(1);

const federatedCredential = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('managedIdentity').describe('A managed identity of the machine on which the bot runs.'),
      clientId: text.describe('The client id of the user-assigned managed identity.'),
    }),
    z.strictObject({
      type: z.literal('tokenFile').describe('A file with a token, as AKS workload identity has it.'),
      file: text.describe('The path of the file. On AKS: "${AZURE_FEDERATED_TOKEN_FILE}".'),
    }),
  ])
  .describe('A federated credential of the registration, in place of a secret.');

/** A registration at Entra: one of a secret, a certificate and a federated credential. */
export const entraRegistration = {
  clientId: text.describe('The client id of the registration at the provider.'),
  clientSecret: z.string().default('').describe('The client secret. Write "${NAME}" to take it from the environment.'),
  certificate: text.optional().describe('A certificate of the registration, as PEM, in place of a secret.'),
  privateKey: text.optional().describe('The private key of the certificate, as PEM, without a passphrase.'),
  federatedCredential: federatedCredential.optional(),
};

export type EntraRegistration = z.infer<z.ZodObject<typeof entraRegistration>>;
type EntraCredential = Pick<EntraRegistration, 'clientSecret' | 'certificate' | 'privateKey' | 'federatedCredential'>;

/** For `superRefine`. */
export function checkEntraCredential(registration: EntraCredential, context: z.RefinementCtx): void {
  const { clientSecret, certificate, privateKey, federatedCredential } = registration;
  const issue = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  const given = [clientSecret || undefined, certificate, federatedCredential].filter((each) => each !== undefined);
  if (given.length > 1)
    issue(
      'clientSecret',
      'cannot be used with certificate or federatedCredential, and those two cannot be used together: remove all but one',
    );
  if (given.length === 0 && privateKey === undefined)
    issue('clientSecret', 'must not be empty, unless there is a certificate or a federatedCredential');
  if (certificate === undefined && privateKey !== undefined)
    issue('certificate', 'is missing: privateKey belongs to it');
  if (certificate !== undefined && privateKey === undefined) issue('privateKey', 'is missing: certificate needs it');
}

/** @returns `undefined` for a registration with a secret
 * @throws {TypeError} for a certificate or key that cannot be used; names no part of it */
export function entraAssertion(
  { certificate, privateKey, federatedCredential }: EntraCredential,
  authority: string,
  endpoint: IdentityEndpoint,
): ClientAuth | undefined {
  if (certificate !== undefined) return certificateAssertion(certificate, privateKey ?? '');
  if (federatedCredential === undefined) return undefined;
  if (federatedCredential.type === 'tokenFile') return foreignAssertion(() => readToken(federatedCredential.file));
  const { clientId } = federatedCredential;
  if (parseGuid(clientId) === undefined)
    throw new TypeError('federatedCredential.clientId: must be the client id of the managed identity, a GUID');
  const identity = new ManagedIdentity({ endpoint, clientId, audience: exchangeAudience(authority) });
  return foreignAssertion(() => identity.token());
}

/** @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
function certificateAssertion(certificatePem: string, keyPem: string): ClientAuth {
  const { certificate, key } = readCertificate(certificatePem, keyPem);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  return clientAssertion({ privateKey: key, thumbprint });
}

/** @returns the certificate of the key; others may be its issuers
 * @throws {TypeError} names no part of either */
export function readCertificate(certificatePem: string, keyPem: string): { certificate: X509Certificate; key: string } {
  const certificates = certificatesIn(readPem(certificatePem));
  if (certificates.length === 0) throw new TypeError('certificate: must be PEM (-----BEGIN CERTIFICATE-----)');
  const key = privateKeyIn(readPem(keyPem));
  if (key === 'missing')
    throw new TypeError('privateKey: must be PEM (-----BEGIN PRIVATE KEY-----), without a passphrase');
  if (key === 'unreadable') throw new TypeError('privateKey: cannot be read: it must be whole, and not encrypted');
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('privateKey: must be an RSA key: Entra takes no other');
  const certificate = certificates.find((each) => each?.checkPrivateKey(key));
  if (certificate === undefined) throw new TypeError('privateKey: is not the key of the certificate');
  return { certificate, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Each cloud has its own.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity */
function exchangeAudience(authority: string): string {
  const { hostname } = new URL(authority);
  if (hostname.endsWith('.us')) return 'api://AzureADTokenExchangeUSGov';
  return hostname.endsWith('.cn') ? 'api://AzureADTokenExchangeChina' : 'api://AzureADTokenExchange';
}

/** Kubernetes renews the file.
 * @throws {ProviderError} */
async function readToken(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = networkErrorCode(error) ?? 'unknown';
    throw new ProviderError('unavailable', `federatedCredential: the file cannot be read (${code})`);
  });
  const token = content.trim();
  if (!isJwt(token)) throw new ProviderError('unavailable', 'federatedCredential: the file has no token');
  return token;
}
