import type { Redis } from 'ioredis';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { RedisClient } from './client.ts';

async function settingsOf(node: Redis): Promise<string> {
  return `${await node.info('persistence')}\n${await node.info('memory')}`;
}

/** T65: a Redis that forgets on a restart, or throws keys out when it is full, loses people's sign-ins.
 * @param warn goes on with a warning instead, where the operator said so. @throws {Error} naming what to set. */
export async function checkDurability(
  client: RedisClient,
  warn: ((message: string) => void) | undefined,
): Promise<void> {
  const problems = new Set<string>();
  for (const node of client.nodes()) {
    const info = await settingsOf(node).catch((error: unknown) => {
      // A server of a cluster that is away holds nobody else up.
      if (client.isCluster) return undefined;
      throw error;
    });
    if (info === undefined) continue;
    if (!/^aof_enabled:1\r?$/m.test(info)) problems.add('appendonly is off: set "appendonly yes"');
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'unknown';
    if (policy !== 'noeviction') problems.add(`maxmemory-policy is ${policy}: set "maxmemory-policy noeviction"`);
  }
  if (problems.size === 0) return;
  const message = `The Redis store may lose sign-ins: ${[...problems].join('; ')}`;
  if (!warn) throw new LatchkeyError(`${message}. To go on all the same, add ?durability=ignore to STORE_URL`);
  warn(message);
}
