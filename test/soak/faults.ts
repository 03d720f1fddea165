import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RedisServer } from '../support/redis/server.ts';
import type { Instances } from '../support/world/instances.ts';
import type { Random } from './random.ts';

type FaultKind = 'bot' | 'redis' | 'connections' | 'lock';

/** A fault. Times are milliseconds since the epoch. */
interface Fault {
  kind: FaultKind;
  from: number;
  until: number;
}

/** Causes faults, one after the other, and remembers their times. */
export abstract class Faults {
  readonly made: Fault[] = [];
  readonly #instances: Instances;
  protected readonly random: Random;
  protected abstract readonly weights: Partial<Record<FaultKind, number>>;

  constructor(instances: Instances, random: Random) {
    this.#instances = instances;
    this.random = random;
  }

  /** One fault of a random kind. Resolves when it is over; a killed bot may still be starting. */
  async strike(): Promise<void> {
    const kind = this.random.weighted(this.weights as Record<FaultKind, number>);
    const from = Date.now();
    if (kind === 'bot') await this.#instances.kill(this.random.pick(this.#instances.urls));
    else await this.hit(kind);
    this.made.push({ kind, from, until: Date.now() });
  }

  /** How many faults of each kind there were. */
  counts(): Partial<Record<FaultKind, number>> {
    const counts: Partial<Record<FaultKind, number>> = {};
    for (const { kind } of this.made) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  /** Whether a fault of one of these kinds fell between two moments. */
  between(from: number, until: number, kinds: readonly FaultKind[]): boolean {
    return this.made.some((fault) => kinds.includes(fault.kind) && fault.from <= until && fault.until >= from);
  }

  protected abstract hit(kind: FaultKind): Promise<void>;
  abstract close(): Promise<void>;
}

/** Kills of the bots, and a second process that holds the file's write lock. */
export class SqliteFaults extends Faults {
  protected readonly weights = { bot: 3, lock: 2 };
  readonly #holder: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(instances: Instances, random: Random, path: string) {
    super(instances, random);
    const script = fileURLToPath(new URL('./lock-holder.mjs', import.meta.url));
    this.#holder = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#holder.stdout) throw new TypeError('The process with the lock has no output');
    this.#lines = createInterface({ input: this.#holder.stdout })[Symbol.asyncIterator]();
  }

  protected async hit(): Promise<void> {
    this.#holder.stdin?.write(`${Math.round(this.random.between(200, 2_000))}\n`);
    for (const expected of ['locked', 'free']) {
      const { value } = await this.#lines.next();
      if (value !== expected) throw new Error(`The process with the lock answered ${value}`);
    }
  }

  async close(): Promise<void> {
    this.#holder.stdin?.end();
    this.#holder.kill();
  }
}

/** Kills of the bots, of the server, and of the connections between them. */
export class RedisFaults extends Faults {
  protected readonly weights = { bot: 2, redis: 1, connections: 2 };
  readonly #redis: RedisServer;

  constructor(instances: Instances, random: Random, redis: RedisServer) {
    super(instances, random);
    this.#redis = redis;
  }

  protected async hit(kind: FaultKind): Promise<void> {
    if (kind === 'redis') await this.#redis.restart();
    else this.#redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }

  async close(): Promise<void> {}
}
