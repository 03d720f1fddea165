import { Cluster, Redis } from 'ioredis';
import { SCRIPTS, type ScriptName } from './redis-scripts.ts';

/** Milliseconds. An invoke must be answered in 4.5 s, whatever Redis does (T78). */
const COMMAND_TIMEOUT = 1_500;
const CONNECT_TIMEOUT = 3_000;

const OPTIONS = {
  commandTimeout: COMMAND_TIMEOUT,
  connectTimeout: CONNECT_TIMEOUT,
  maxRetriesPerRequest: 1,
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
  readonly #run: Scripts;

  private constructor(redis: Redis | Cluster) {
    this.redis = redis;
    // Connection errors are said by the commands that fail; without a listener they would end the process.
    redis.on('error', () => undefined);
    for (const [name, { keys, lua }] of Object.entries(SCRIPTS)) redis.defineCommand(name, { numberOfKeys: keys, lua });
    this.#run = redis as unknown as Scripts;
  }

  /** @param url `redis://` or `rediss://`; a server in cluster mode is used as one. @throws when it can't be reached */
  static async connect(url: string): Promise<RedisClient> {
    const single = new RedisClient(new Redis(url, OPTIONS));
    if (!(await single.#orClose(() => single.#connect()))) return single;
    await single.close();
    const { hostname, port, username, password, protocol } = new URL(url);
    const redisOptions = {
      ...OPTIONS,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    };
    const cluster = new Cluster([{ host: hostname, port: Number(port || 6379) }], {
      redisOptions,
      enableOfflineQueue: false,
      lazyConnect: true,
      slotsRefreshTimeout: CONNECT_TIMEOUT,
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

  /** Runs one of our scripts: keys first, as many as it says, then arguments. */
  async run(script: ScriptName, ...args: (string | number)[]): Promise<unknown> {
    return this.#run[script]?.(...args);
  }

  /** Every server that holds keys. */
  nodes(): Redis[] {
    return this.redis instanceof Cluster ? this.redis.nodes('master') : [this.redis];
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}
