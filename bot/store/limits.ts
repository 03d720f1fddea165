import { createHash } from 'node:crypto';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Limit, Limits } from './store.ts';

type Make = (options: IRateLimiterOptions) => RateLimiterAbstract;

/** Limits that are counted in this process: what a store for one machine has.
 * @param make another place to count, shared by every instance */
export function limits(make: Make = (options) => new RateLimiterMemory(options)): Limits {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = ({ name, points, window }: Limit) => {
    const known = limiters.get(name);
    const limiter = known ?? make({ keyPrefix: `latchkey:limit:${name}`, points, duration: window / 1000 });
    if (!known) limiters.set(name, limiter);
    return limiter;
  };
  return {
    async consume(limit, key) {
      try {
        // Hashed: addresses and people are named nowhere.
        await limiterOf(limit).consume(createHash('sha256').update(key).digest('base64url'));
        return undefined;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw refused;
      }
    },
  };
}
