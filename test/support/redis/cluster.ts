import { freePorts } from '../../../local/processes.ts';
import { eventually } from '../world/world.ts';
import { DURABLE, type RedisServer, startRedis } from './server.ts';

/** Three masters that share the slots, without replicas: each stores a third of the keys. */
export interface RedisCluster {
  /** Any of them is enough; it names the others. */
  url: string;
  servers: readonly RedisServer[];
  /** Empties all of them. */
  flush(): void;
  /** Resolves when every running server reports a complete cluster. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const MASTERS = 3;
/** Milliseconds of silence after which a server counts as down. */
const NODE_TIMEOUT = '2000';

/** Starts it on free ports, with append-only files. If a server is down, its keys are not available, and the rest is
 * served (`cluster-require-full-coverage no`). */
export async function startRedisCluster(): Promise<RedisCluster> {
  // By default a server talks to the others on its port plus 10,000, which may be beyond the valid ports.
  const buses = await freePorts(MASTERS);
  const servers = await Promise.all(buses.map((bus) => startRedis([...DURABLE, ...inCluster(bus)])));
  const cluster: RedisCluster = {
    url: String(servers[0]?.url),
    servers,
    flush: () => {
      for (const server of servers) server.command('flushall');
    },
    healthy: async () => {
      await eventually(
        () => servers.map(stateOf),
        (states) => states.every((state) => state === `ok ${MASTERS}`),
      );
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
  try {
    join(servers, buses);
    await cluster.healthy();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

function inCluster(bus: number): string[] {
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', NODE_TIMEOUT];
  return [...settings, '--cluster-require-full-coverage', 'no'];
}

/** Shares out the slots, and makes the servers known to each other. */
function join(servers: readonly RedisServer[], buses: readonly number[]): void {
  const [first] = servers;
  for (const [at, server] of servers.entries()) {
    const [from, to] = [at, at + 1].map((share) => Math.floor((share * SLOTS) / servers.length));
    server.command('cluster', 'addslotsrange', String(from), String(Number(to) - 1));
    server.command('cluster', 'set-config-epoch', String(at + 1));
    if (server !== first) server.command('cluster', 'meet', '127.0.0.1', String(first?.port), String(buses[0]));
  }
}

function stateOf(server: RedisServer): string {
  const info = server.command('cluster', 'info');
  const [, state] = /^cluster_state:(\w+)/m.exec(info) ?? [];
  const [, size] = /^cluster_size:(\d+)/m.exec(info) ?? [];
  return `${state} ${size}`;
}
