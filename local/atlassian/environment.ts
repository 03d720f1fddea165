import { positive, redirectUris } from '../environment.ts';
import type { DataCenterOptions } from './server.ts';

/** `PORT`; `REDIRECT_URIS` or the bots' `BASE_URLS` (comma separated); `TOKEN_TTL` in seconds.
 * @throws {Error} that names the variable */
export function readEnvironment(
  env: NodeJS.ProcessEnv,
  defaults: { port: string; connection: string },
): DataCenterOptions {
  return {
    port: positive('PORT', env.PORT ?? defaults.port),
    redirectUris: redirectUris(env, [defaults.connection]),
    ...(env.TOKEN_TTL && { tokenTtl: positive('TOKEN_TTL', env.TOKEN_TTL) }),
  };
}
