import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { withTimeout } from '../../platform/deadline.ts';
import { LatchkeyError, summaryOf } from '../../platform/latchkey-error.ts';
import type { RedisAddress } from './keys.ts';
import { SCRIPTS, type Script, type ScriptName } from './scripts.ts';

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'no server listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ECONNRESET: 'the server ends the connection. If it speaks TLS, use rediss://',
};

const ANSWERS: readonly [RegExp, string][] = [
  [/^NOAUTH/, 'the server wants a password'],
  [/^WRONGPASS|invalid password/, 'the server does not accept the user or password'],
  [/^NOPERM/, 'the user may not run the commands that the bot needs'],
  [/^LOADING/, 'the server is still loading its data'],
];

/** Why a Redis cannot be reached, in words, with the server's or the system's own code.
 * @param usesTls whether the address is `rediss://` */
function reasonOf(error: Error, usesTls: boolean): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const message = messageOf(error.message, code, usesTls);
  if (message === undefined) return summaryOf(error);
  return `${message} (${code || error.message.split(' ')[0]})`;
}

function messageOf(message: string, code: string, usesTls: boolean): string | undefined {
  if (/CERT|SIGNATURE/.test(code)) return 'the certificate of the server is not trusted';
  if (/^ERR_SSL|^EPROTO/.test(code)) return 'the server does not speak TLS. Use redis://';
  if (code === 'ETIMEDOUT') {
    return usesTls
      ? 'the server does not answer in time. If it does not speak TLS, use redis://'
      : 'the server does not answer in time';
  }
  return NETWORK[code] ?? ANSWERS.find(([pattern]) => pattern.test(message))?.[1];
}

/** Milliseconds. An invoke must be answered in 4.5 s, whatever Redis does (T78). */
const COMMAND_TIMEOUT = 1_500;
const CONNECT_TIMEOUT = 3_000;
/** How long a cluster may take to be found, by whichever of its servers is up. Milliseconds. */
const CLUSTER_READY_MS = 15_000;
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
  /** Why the first try to connect failed. */
  #firstError: Error | undefined;

  private constructor(redis: Redis | Cluster) {
    this.redis = redis;
    // A command that fails reports the lost connection; without a listener an error here would end the process.
    redis.on('error', (error) => {
      this.#firstError ??= error;
    });
    for (const [name, { keys, once, lua }] of Object.entries<Script>(SCRIPTS)) {
      // The name is for the people who read Redis's slow log.
      redis.defineCommand(name, { numberOfKeys: keys + (once ? 1 : 0), lua: `-- ${name}\n${lua}` });
    }
    this.#scripts = redis as unknown as Scripts;
  }

  /** Connects by the first host that can be reached; a server in cluster mode is used as one of a cluster.
   * @throws {Error} that says of each host why it cannot be reached */
  static async connect({ seeds }: RedisAddress): Promise<RedisClient> {
    const reasons: string[] = [];
    for (const seed of seeds) {
      const { host, protocol } = new URL(seed);
      const options = { ...OPTIONS, reconnectOnError: reconnectsToPrimary() };
      const single = new RedisClient(new Redis(seed, options));
      try {
        if (await single.#orClose(() => single.#connect())) {
          await single.close();
          return await RedisClient.#connectToCluster(seeds, options);
        }
        if (seeds.length === 1) return single;
        await single.close();
        reasons.push(`${host}: it is not in cluster mode, and several hosts are for a cluster`);
      } catch (error) {
        // A command that fails with the connection only says that there is none.
        const reason = reasonOf(single.#firstError ?? (error as Error), protocol === 'rediss:');
        reasons.push(seeds.length === 1 ? reason : `${host}: ${reason}`);
      }
    }
    throw new LatchkeyError(reasons.join('; '));
  }

  static async #connectToCluster(
    seeds: readonly string[],
    options: typeof OPTIONS & { reconnectOnError: (error: Error) => boolean },
  ): Promise<RedisClient> {
    const urls = seeds.map((seed) => new URL(seed));
    const [{ username, password, protocol } = new URL('redis://localhost')] = urls;
    const redisOptions = {
      ...options,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    };
    const nodes = urls.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) }));
    const cluster = new Cluster(nodes, {
      redisOptions,
      enableOfflineQueue: false,
      lazyConnect: true,
      slotsRefreshTimeout: CONNECT_TIMEOUT,
      // T90: else a cluster sends again what was under way when a server's connection ended.
      retryDelayOnFailover: 0,
    });
    const client = new RedisClient(cluster);
    await client.#orClose(() => becomesReady(cluster));
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

/** `connect()` alone never settles where the server that is asked for the cluster's state is gone: ioredis 5.9.2 tries
 * again by a promise of its own. */
function becomesReady(cluster: Cluster): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    cluster.once('ready', resolve);
    cluster.connect().catch(reject);
  });
  return withTimeout(ready, CLUSTER_READY_MS, () => new LatchkeyError('the cluster is not ready in time'));
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
