import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { SCRIPTS, type Script, type ScriptName } from './redis-scripts.ts';

/** Milliseconds. An invoke must be answered in 4.5 s, whatever Redis does (T78). */
const COMMAND_TIMEOUT = 1_500;
const CONNECT_TIMEOUT = 3_000;
/** How often a connection to a server that refuses to write is given up for a new one. Milliseconds. */
const READONLY_RECONNECT_MS = 5_000;

const OPTIONS = {
  commandTimeout: COMMAND_TIMEOUT,
  connectTimeout: CONNECT_TIMEOUT,
  // T90: a command whose connection ended may have run. It fails at once and is not sent again.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // While there is no connection a command fails at once; what it would have done is not done later, behind our back.
  enableOfflineQueue: false,
  // No enableAutoPipelining: where a script is new to the server, ioredis 5.9.2 can end the process from inside it
  // (`results[i] is not iterable`, in a callback that nobody can catch).
  lazyConnect: true,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, 1_000),
};

type Scripts = Record<string, (...args: (string | number)[]) => Promise<unknown>>;

/** One Redis, or a cluster of them. */
export class RedisClient {
  readonly redis: Redis | Cluster;
  readonly #scripts: Scripts;

  private constructor(redis: Redis | Cluster) {
    this.redis = redis;
    // Connection errors are said by the commands that fail; without a listener they would end the process.
    redis.on('error', () => undefined);
    for (const [name, { keys, once, lua }] of Object.entries<Script>(SCRIPTS)) {
      // The name is for the people who read Redis's slow log.
      redis.defineCommand(name, { numberOfKeys: keys + (once ? 1 : 0), lua: `-- ${name}\n${lua}` });
    }
    this.#scripts = redis as unknown as Scripts;
  }

  /** @param url `redis://` or `rediss://`; a server in cluster mode is used as one. @throws when it can't be reached */
  static async connect(url: string): Promise<RedisClient> {
    const options = { ...OPTIONS, reconnectOnError: reconnectsToPrimary() };
    const single = new RedisClient(new Redis(url, options));
    if (!(await single.#orClose(() => single.#connect()))) return single;
    await single.close();
    const { hostname, port, username, password, protocol } = new URL(url);
    const redisOptions = {
      ...options,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    };
    const cluster = new Cluster([{ host: hostname, port: Number(port || 6379) }], {
      redisOptions,
      enableOfflineQueue: false,
      lazyConnect: true,
      slotsRefreshTimeout: CONNECT_TIMEOUT,
      // T90: else a cluster sends again what was under way when a server's connection ended.
      retryDelayOnFailover: 0,
    });
    const client = new RedisClient(cluster);
    await client.#orClose(() => cluster.connect());
    return client;
  }

  /** @returns whether the server is in cluster mode */
  async #connect(): Promise<boolean> {
    await this.redis.connect();
    return /^cluster_enabled:1\r?$/m.test(await this.redis.info('cluster'));
  }

  /** What fails leaves nothing behind that goes on trying: it would keep the process alive. */
  async #orClose<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Runs one of our scripts, which finds all its keys in the slot of the first. */
  async run(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const { once }: Script = SCRIPTS[script];
    return this.send(script, [...keys, ...(once ? [runKey(keys)] : []), ...args]);
  }

  /** Sends a script once: the place where a test sends it twice (T90). */
  async send(script: ScriptName, args: readonly (string | number)[]): Promise<unknown> {
    return this.#scripts[script]?.(...args);
  }

  get isCluster(): boolean {
    return this.redis instanceof Cluster;
  }

  /** Every server that holds keys. */
  nodes(): Redis[] {
    return this.redis instanceof Cluster ? this.redis.nodes('master') : [this.redis];
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}

/** Names one run of a script, in the slot of its first key. */
function runKey([first = '']: readonly string[]): string {
  const [hashTag] = /\{[^}]*\}/.exec(first) ?? [];
  return `latchkey:${hashTag}:run:${randomUUID()}`;
}

/** A primary that was demoted refuses every write (READONLY), and its connection stays open: the address may lead to the new
 * primary by now. What was refused did not run; it fails, and is not sent again. Reads that are under way fail with the connection, so
 * this does not happen at every refusal. */
function reconnectsToPrimary(): (error: Error) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    const now = performance.now();
    // A script's own error may quote the server's.
    if (!/\bREADONLY\b/.test(message) || now - last < READONLY_RECONNECT_MS) return false;
    last = now;
    return true;
  };
}
