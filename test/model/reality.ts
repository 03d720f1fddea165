import { AuthClient } from '../../local/auth-client.ts';
import type { IssuedToken } from '../../local/identity-provider/test-endpoints/token-ledger.ts';
import type { Call } from '../../local/wiki/faults/fault.ts';
import { type Clock, createClock } from '../support/process/clock.ts';
import { orderProviderFault } from '../support/provider/provider-view.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { parametersOf, type WikiControl, wikiControl } from '../support/wiki/wiki-control.ts';
import { forgetAll } from '../support/world/evidence.ts';
import { Instances } from '../support/world/instances.ts';
import { startWorld, type World } from '../support/world/world.ts';
import type { Hand } from './hand.ts';

/** Seconds that an access token lives: close to its end, by the bot's margin of 60, after the longer of two waits. */
const ACCESS_TOKEN_TTL = '300';
const BROWSERS = 3;
const RUNS_OF_A_PROCESS = 15;

/** Two bots on one store, with a clock that can be set forward, and the stand-ins of a {@link World}. */
export class Reality {
  readonly world: World;
  readonly wiki: WikiControl;
  readonly #instances: Instances;
  readonly #clock: Clock;
  readonly #redis: RedisServer | undefined;
  /** All tokens that were issued, by fingerprint. */
  readonly #issued = new Map<string, IssuedToken>();
  /** Indices of the wiki's calls that were handed out. */
  readonly #handedOut = new Set<number>();
  /** Milliseconds that the bots' clock is ahead. */
  #ahead = 0;
  #runs = 0;

  private constructor(world: World, instances: Instances, clock: Clock, redis: RedisServer | undefined) {
    this.world = world;
    this.wiki = wikiControl(world.wikiUrl);
    this.#instances = instances;
    this.#clock = clock;
    this.#redis = redis;
  }

  /** @param redis the store, if not a SQLite file */
  static async start(redis?: RedisServer): Promise<Reality> {
    const clock = createClock();
    const botEnv = { ...clock.env, ...(redis && { STORE_URL: redis.url }) };
    const world = await startWorld({ botEnv, identityProviderEnv: { ACCESS_TOKEN_TTL } });
    const instances = await Instances.start(world);
    return new Reality(world, instances, clock, redis);
  }

  /** The bots' clock. Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Seconds. False where tokens of the stand-ins, which keep real time, would end. */
  wait(seconds: number): boolean {
    const ahead = this.#ahead + seconds * 1000;
    if (ahead > 2_400_000) return false;
    this.#ahead = ahead;
    this.#clock.ahead(ahead);
    return true;
  }

  /** The address of an instance that is up. */
  at(index: number): Promise<string> {
    return this.#instances.whenUp(index);
  }

  /** `kill -9`; it comes back on the same port and the same store. */
  kill(index: number): Promise<void> {
    return this.#instances.kill(this.#instances.urls[index]);
  }

  /** The wiki's calls for a search of this word, each handed out once. */
  async callsFor(word: string): Promise<Call[]> {
    const response = await fetch(`${this.world.wikiUrl}/__calls`);
    const { calls } = (await response.json()) as { calls: Call[] };
    const found = [...calls.entries()].filter(([at, call]) => !this.#handedOut.has(at) && searchedFor(call, word));
    for (const [at] of found) this.#handedOut.add(at);
    return found.map(([, call]) => call);
  }

  /** The origin of a token, by the fingerprint that the wiki saw. */
  async issued(fingerprint: string): Promise<IssuedToken | undefined> {
    if (!this.#issued.has(fingerprint)) {
      const response = await fetch(`${this.world.identityProviderUrl}/__tokens?after=${this.#issued.size}`);
      for (const token of (await response.json()) as IssuedToken[]) this.#issued.set(token.fingerprint, token);
    }
    return this.#issued.get(fingerprint);
  }

  /** So that the few people stay far from the limit of sign-ins, which each process counts. */
  async #renew(): Promise<void> {
    this.#runs += 1;
    if (this.#runs % RUNS_OF_A_PROCESS === 0)
      await Promise.all(this.#instances.urls.map((url) => this.#instances.kill(url)));
    await this.#instances.healed();
  }

  /** The state before the first run: no person is signed in, no sign-in is under way, and the clock is right. */
  async reset(): Promise<Hand> {
    await this.#renew();
    this.#redis?.command('FLUSHALL');
    if (!this.#redis) forgetAll(this.world);
    this.#ahead = 0;
    this.#handedOut.clear();
    this.#clock.release();
    await Promise.all([this.wiki.heal(), this.wiki.takeCalls(), orderProviderFault(this.world, {})]);
    const browsers = Array.from({ length: BROWSERS }, () => ({
      client: new AuthClient(this.world.botUrl),
      transactions: [],
    }));
    return { tickets: [], transactions: [], callbacks: [], confirmations: [], codes: [], browsers };
  }

  async stop(): Promise<void> {
    await this.#instances.stop();
    await this.world.stop();
    this.#clock.close();
  }
}

function searchedFor(call: Call, word: string): boolean {
  return parametersOf(call).get('gsrsearch')?.includes(word) ?? false;
}
