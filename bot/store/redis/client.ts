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

/** An invoke has four seconds (deadline.ts), also if Redis hangs (T78). */
const COMMAND_TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 3_000;
/** Includes the search for a server of the cluster that is up. */
const CLUSTER_READY_MS = 15_000;
const READONLY_RECONNECT_MS = 5_000;

const OPTIONS = {
  commandTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  // T90: a command whose connection ended may have run. It fails at once and is not sent again.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // Otherwise ioredis would run a command later, when its caller has given up.
  enableOfflineQueue: false,
  // Never set enableAutoPipelining: if the server does not know a script yet, ioredis 5.9.2 can crash the process
  // (`results[i] is not iterable`, thrown in a callback).
  lazyConnect: true,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, 1_000),
};

type Scripts = Record<string, (...args: (string | number)[]) => Promise<unknown>>;

export class RedisClient {
  readonly redis: Redis | Cluster;
  readonly #scripts: Scripts;
  #firstError: Error | undefined;

  private constructor(redis: Redis | Cluster) {
    this.redis = redis;
    // Without a listener, an error event would end the process.
    redis.on('error', (error) => {
      this.#firstError ??= error;
    });
    for (const [name, { keys, once, lua }] of Object.entries<Script>(SCRIPTS)) {
      // The name appears in Redis's slow log.
      redis.defineCommand(name, { numberOfKeys: keys + (once ? 1 : 0), lua: `-- ${name}\n${lua}` });
    }
    this.#scripts = redis as unknown as Scripts;
  }

  /** Connects through the first reachable host. Uses a server in cluster mode as a cluster.
   * @throws {Error} that gives the reason for each host */
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
        // The command's own error says only that there is no connection.
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
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      // T90: by default a cluster sends commands again after their connection ended.
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

  /** Closes the client if `work` fails: its retries would keep the process alive. */
  async #orClose<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** All keys must be in the slot of the first. */
  async run(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const { once }: Script = SCRIPTS[script];
    return this.send(script, [...keys, ...(once ? [runKey(keys)] : []), ...args]);
  }

  /** Tests replace this method to send a script twice (T90). */
  async send(script: ScriptName, args: readonly (string | number)[]): Promise<unknown> {
    return this.#scripts[script]?.(...args);
  }

  get isCluster(): boolean {
    return this.redis instanceof Cluster;
  }

  nodes(): Redis[] {
    return this.redis instanceof Cluster ? this.redis.nodes('master') : [this.redis];
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}

/** In ioredis 5.9.2, `connect()` never settles if the server that it asks for the cluster's state is gone. */
function becomesReady(cluster: Cluster): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    cluster.once('ready', resolve);
    cluster.connect().catch(reject);
  });
  return withTimeout(ready, CLUSTER_READY_MS, () => new LatchkeyError('the cluster is not ready in time'));
}

/** With the hash tag of the first key, so that a cluster stores both in one slot. */
function runKey([first = '']: readonly string[]): string {
  const [hashTag] = /\{[^}]*\}/.exec(first) ?? [];
  return `latchkey:${hashTag}:run:${randomUUID()}`;
}

/** A demoted primary refuses every write (READONLY) but keeps its connections open. The client reconnects, because the
 * address may lead to the new primary. A reconnect breaks reads in progress, so it does not happen at every refusal. */
function reconnectsToPrimary(): (error: Error) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    const now = performance.now();
    // Not `startsWith`: a script's error quotes the server's.
    if (!/\bREADONLY\b/.test(message) || now - last < READONLY_RECONNECT_MS) return false;
    last = now;
    return true;
  };
}
