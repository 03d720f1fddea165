import type { IssuedToken } from '../../local/identity-provider/test-endpoints/token-ledger.ts';
import { parametersOf, type WikiControl, wikiControl } from '../support/wiki/wiki-control.ts';
import type { World } from '../support/world/world.ts';

/** Evidence from the wiki and the identity provider, whatever the bots say. A text names each user. */
export class Evidence {
  /** Found while reading: a search with another user's token. */
  readonly violations: string[] = [];
  readonly #providerUrl: string;
  readonly #wiki: WikiControl;
  readonly #userByWord = new Map<string, string>();
  readonly #userByNonce = new Map<string, string>();
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #lastIssued = new Map<string, IssuedToken>();
  readonly #used = new Set<string>();
  readonly #lastUsed = new Map<string, string>();
  #reading: Promise<void> = Promise.resolve();

  constructor(world: World) {
    this.#providerUrl = world.identityProviderUrl;
    this.#wiki = wikiControl(world.wikiUrl);
  }

  /** @param word that only this user searches for */
  searches(user: string, word: string): void {
    this.#userByWord.set(word, user);
  }

  /** A user's own ticket began a sign-in. @param nonce of its authorization request */
  begun(user: string, nonce: string): void {
    this.#userByNonce.set(nonce, user);
  }

  /** Reads what is new. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  /** The nonce of the sign-in whose token a user's last search used. */
  lastUsed(user: string): string | undefined {
    return this.#lastUsed.get(user);
  }

  /** The last token of each sign-in that a user began. */
  lastIssuedTo(user: string): IssuedToken[] {
    return [...this.#lastIssued.values()].filter(({ nonce }) => this.#userByNonce.get(nonce) === user);
  }

  wasUsed({ fingerprint }: IssuedToken): boolean {
    return this.#used.has(fingerprint);
  }

  /** The owner of the sign-in and its tokens, to explain a violation. */
  historyOf(nonce: string): string {
    const tokens = [...this.#tokens.values()].filter((token) => token.nonce === nonce);
    const issued = tokens.map(
      (token) => `${token.grantType} at ${token.issuedAt}${this.wasUsed(token) ? '' : ', never used'}`,
    );
    return `${this.#userByNonce.get(nonce)} (${issued.join('; ')})`;
  }

  /** The history of the sign-in from which a user's newest token comes. */
  newestOf(user: string): string {
    const newest = this.lastIssuedTo(user).sort((a, b) => b.issuedAt - a.issuedAt)[0];
    return newest ? this.historyOf(newest.nonce) : 'none';
  }

  /** How many tokens the provider issued. */
  get issued(): number {
    return this.#tokens.size;
  }

  async #read(): Promise<void> {
    // The calls first, because the token of each was issued before.
    const calls = await this.#wiki.takeCalls();
    const response = await fetch(`${this.#providerUrl}/__tokens?after=${this.#tokens.size}`);
    for (const token of (await response.json()) as IssuedToken[]) {
      this.#tokens.set(token.fingerprint, token);
      this.#lastIssued.set(token.nonce, token);
    }
    for (const call of calls) this.#judge(parametersOf(call).get('gsrsearch') ?? '', call.fingerprint ?? '');
  }

  #judge(word: string, fingerprint: string): void {
    const user = this.#userByWord.get(word);
    const token = this.#tokens.get(fingerprint);
    if (user === undefined || token === undefined) {
      this.violations.push(`the wiki was searched for ${word} by ${user}, with a token of ${token?.username}`);
      return;
    }
    const owner = this.#userByNonce.get(token.nonce);
    if (owner !== user) this.violations.push(`${user} was served with a token of ${owner}'s sign-in`);
    this.#used.add(fingerprint);
    this.#lastUsed.set(user, token.nonce);
  }
}
