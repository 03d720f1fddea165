import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { CLIENT } from '../../people.ts';
import { readBody } from '../body.ts';

/** What the client's registration has in place of a secret. */
export interface Registration {
  /** At the tenants, as PEM. */
  certificates?: readonly string[];
  /** At the tenants. */
  federated?: FederatedCredential;
  /** At the plain issuer. */
  keys?: JSONWebKeySet;
}

/** @see https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
  keys: JSONWebKeySet;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Seconds between `nbf` and `exp`. Entra recommends at most ten minutes. */
const MAX_LIFETIME = 600;

/** Verifies assertions of a registration without a secret, as Entra does, with its error codes.
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
export class ClientCredentials {
  readonly #registration: Registration;
  readonly #tokenEndpoint: string;
  readonly #seen = new Set<string>();

  constructor(registration: Registration, tokenEndpoint: string) {
    this.#registration = registration;
    this.#tokenEndpoint = tokenEndpoint;
  }

  /** Gives oidc-provider the client's secret in place of a good assertion. @returns why the client is refused */
  async authenticate(request: IncomingMessage): Promise<string | undefined> {
    const form = new URLSearchParams(await readBody(request));
    if (form.has('client_secret') || request.headers.authorization !== undefined)
      return 'AADSTS7000215: Invalid client secret provided.';
    if (form.get('client_assertion_type') !== ASSERTION_TYPE)
      return 'AADSTS7000218: The request body must contain client_assertion or client_secret.';
    if (form.get('client_id') !== CLIENT.id) return 'AADSTS700016: Application was not found.';
    const refusal = await this.#refusalOf(form.get('client_assertion') ?? '');
    form.delete('client_assertion');
    form.delete('client_assertion_type');
    form.set('client_secret', CLIENT.secret);
    Object.assign(request, { body: form.toString() });
    return refusal;
  }

  async #refusalOf(assertion: string): Promise<string | undefined> {
    const { federated } = this.#registration;
    const isOwn = hasThumbprint(assertion);
    if (isOwn) return this.#refusalOfCertificate(assertion);
    if (!federated) return 'AADSTS700027: The certificate used to sign the client assertion is not registered.';
    const { issuer, audience, subject } = federated;
    const expected = { issuer, audience, subject, algorithms: ['RS256'], requiredClaims: ['exp'] };
    return jwtVerify(assertion, createLocalJWKSet(federated.keys), expected).then(
      () => undefined,
      () => 'AADSTS700213: No matching federated identity record found for presented assertion.',
    );
  }

  async #refusalOfCertificate(assertion: string): Promise<string | undefined> {
    const thumbprint = decodeProtectedHeader(assertion)['x5t#S256'];
    const certificate = this.#registration.certificates
      ?.map((pem) => new X509Certificate(pem))
      .find((each) => thumbprintOf(each) === thumbprint);
    if (!certificate) return 'AADSTS700027: The certificate with the thumbprint is not registered.';
    const expected = {
      issuer: CLIENT.id,
      subject: CLIENT.id,
      audience: this.#tokenEndpoint,
      algorithms: ['PS256'],
      requiredClaims: ['exp', 'nbf', 'jti'],
    };
    return jwtVerify(assertion, certificate.publicKey, expected).then(
      ({ payload }) => this.#refusalOfClaims(payload),
      () => 'AADSTS700027: Client assertion failed signature or claim validation.',
    );
  }

  #refusalOfClaims({ exp = 0, nbf = 0, jti = '' }: JWTPayload): string | undefined {
    if (exp - nbf > MAX_LIFETIME) return 'AADSTS700024: Client assertion is not within its valid time range.';
    if (this.#seen.has(jti)) return 'AADSTS700025: Client assertion was used before.';
    this.#seen.add(jti);
    return undefined;
  }
}

function thumbprintOf({ fingerprint256 }: X509Certificate): string {
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

function hasThumbprint(assertion: string): boolean {
  try {
    return decodeProtectedHeader(assertion)['x5t#S256'] !== undefined;
  } catch {
    return false;
  }
}
