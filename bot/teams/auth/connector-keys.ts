import { type CryptoKey, importJWK, type JWK } from 'jose';
import { CONNECTOR_KEYS, CONNECTOR_METADATA, type DocumentKind, fetchText } from '../../platform/http-client.ts';
import { LatchkeyError, summaryOf } from '../../platform/latchkey-error.ts';

interface ConnectorKey {
  key: CryptoKey;
  endorsements: ReadonlySet<string>;
}

export class ConnectorKeysUnavailable extends LatchkeyError {
  override readonly name = 'ConnectorKeysUnavailable';
}

/** Older keys are fetched again, to drop withdrawn ones. */
const MAX_AGE_MS = 86_400_000;
/** T5: an unknown `kid` causes at most one fetch in this time. */
const COOLDOWN_MS = 10_000;
/** Replaces the cooldown while no keys are cached. */
const COLD_COOLDOWN_MS = 1_000;
const TIMEOUT_MS = 3_000;
const MAX_REDIRECTS = 3;

type Keys = ReadonlyMap<string, ConnectorKey>;

/** A failed fetch keeps the old keys (T5, T6). If `generation` changes, callers drop cached verifications. */
export class ConnectorKeys {
  generation = 0;
  #keys: Keys = new Map();
  // T98: monotonic. A wall clock that is set back would prolong the cooldown.
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  readonly #metadataUrl: URL;
  readonly #report: (error: unknown) => void;
  #reported: string | undefined;

  /** @param report logs a failed fetch once per cause, until a fetch succeeds */
  constructor(metadataUrl: string, report: (error: unknown) => void) {
    this.#metadataUrl = new URL(metadataUrl);
    this.#report = report;
  }

  /** @returns `undefined` for an unknown key
   * @throws {ConnectorKeysUnavailable} if no keys are cached */
  async find(kid: string): Promise<ConnectorKey | undefined> {
    const key = this.#keys.get(kid);
    if (key) {
      const now = performance.now();
      if (now - this.#fetchedAt > MAX_AGE_MS && now - this.#triedAt > COOLDOWN_MS)
        void this.#refresh().catch(() => undefined);
      return key;
    }
    await this.#refreshIfDue();
    return this.#keys.get(kid);
  }

  /** Never rejects. */
  async warm(): Promise<void> {
    await this.#refresh().catch(() => undefined);
  }

  async #refreshIfDue(): Promise<void> {
    const cold = this.#keys.size === 0;
    const due = performance.now() - this.#triedAt > (cold ? COLD_COOLDOWN_MS : COOLDOWN_MS);
    if (this.#fetching || due) {
      await this.#refresh().catch((cause: unknown) => {
        if (this.#keys.size === 0) throw new ConnectorKeysUnavailable('No keys of the Connector', { cause });
      });
    } else if (cold) {
      throw new ConnectorKeysUnavailable('No keys of the Connector; asked a moment ago');
    }
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    try {
      await this.#load();
      this.#reported = undefined;
    } catch (error) {
      const cause = summaryOf(error);
      if (cause !== this.#reported) this.#report(error);
      this.#reported = cause;
      throw error;
    }
  }

  async #load(): Promise<void> {
    const now = performance.now();
    this.#triedAt = now;
    const metadata = (await getJson(this.#metadataUrl, CONNECTOR_METADATA)) as { jwks_uri?: unknown };
    const jwksUri = new URL(String(metadata.jwks_uri));
    // http is valid only if the metadata URL uses it.
    if (jwksUri.protocol !== 'https:' && jwksUri.protocol !== this.#metadataUrl.protocol) {
      throw new LatchkeyError('jwks_uri is not https');
    }
    const { keys } = (await getJson(jwksUri, CONNECTOR_KEYS)) as { keys?: unknown };
    if (!Array.isArray(keys)) throw new LatchkeyError('The JWKS holds no keys');
    const imported = await importKeys(keys);
    if (imported.size === 0) throw new LatchkeyError('The JWKS holds no usable key');
    this.#keys = imported;
    this.#fetchedAt = now;
    this.generation += 1;
  }
}

async function importKeys(jwks: readonly unknown[]): Promise<Keys> {
  const keys = new Map<string, ConnectorKey>();
  for (const jwk of jwks as (JWK & { endorsements?: unknown })[]) {
    if (jwk?.kty !== 'RSA' || typeof jwk.kid !== 'string' || (jwk.use !== undefined && jwk.use !== 'sig')) continue;
    const { kty, n, e } = jwk;
    if (n === undefined || e === undefined) continue;
    const key = (await importJWK({ kty, n, e }, 'RS256')) as CryptoKey;
    const endorsements = Array.isArray(jwk.endorsements) ? jwk.endorsements : [];
    keys.set(jwk.kid, { key, endorsements: new Set(endorsements.filter((entry) => typeof entry === 'string')) });
  }
  return keys;
}

/** Follows redirects only within the origin: another origin could supply its own keys (T6). */
async function getJson(url: URL, kind: DocumentKind): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let at = url;
  for (let left = MAX_REDIRECTS; ; left -= 1) {
    const response = await fetchText({ url: at.href, headers: {}, signal }, kind);
    const { status } = response;
    if (status === 200) return parseJson(response.text, kind);
    const location = response.headers.get('location') ?? '';
    const isRedirect = status >= 300 && status < 400 && URL.canParse(location, at.href);
    if (!isRedirect || left === 0) throw new LatchkeyError(`${kind.name}: answered ${status}`);
    const target = new URL(location, at);
    if (target.origin !== url.origin)
      throw new LatchkeyError(`${kind.name}: a redirect to another origin, ${target.origin}`);
    at = target;
  }
}

function parseJson(body: string, { name }: DocumentKind): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new LatchkeyError(`${name}: no JSON`); // The parser's message quotes the response.
  }
}
