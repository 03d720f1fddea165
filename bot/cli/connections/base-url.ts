import type { Env } from '../../config/env.ts';

/** Where a browser comes back to on this machine, before the bot has an address. */
const LOCAL = 'http://localhost:3978';

/** @returns the environment, with a `BASE_URL` on this machine if it has none */
export function withBaseUrl(env: Env): Env & { BASE_URL: string } {
  return { ...env, BASE_URL: env.BASE_URL || LOCAL };
}
