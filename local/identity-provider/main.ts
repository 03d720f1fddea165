import { positive, redirectUris } from '../environment.ts';
import type { Registration } from './entra/client-credentials.ts';
import { type IdentityProviderOptions, startIdentityProvider } from './server.ts';

/** Connections of the demo and the tests, and one gate. */
const CALLBACKS = ['wiki', 'handbook', 'guarded', 'guarded.gate'];

/** `PORT`; `ORIGIN` of the issuers; `REDIRECT_URIS` or the bots' `BASE_URLS` (comma separated); `ACCESS_TOKEN_TTL` in seconds; `IDP_STATS=1`,
 * `IDP_FAULTS=1`, `IDP_COOP=1`, `IDP_SSO=1` and `IDP_REGISTRATION` (JSON) for tests. */
function readEnvironment(env: NodeJS.ProcessEnv): IdentityProviderOptions {
  return {
    port: positive('PORT', env.PORT ?? '3979'),
    redirectUris: redirectUris(env, CALLBACKS),
    ...(env.ORIGIN && { origin: env.ORIGIN }),
    accessTokenTtl: positive('ACCESS_TOKEN_TTL', env.ACCESS_TOKEN_TTL ?? '3600'),
    statistics: env.IDP_STATS === '1',
    faults: env.IDP_FAULTS === '1',
    coop: env.IDP_COOP === '1',
    sso: env.IDP_SSO === '1',
    ...(env.IDP_REGISTRATION && { registration: JSON.parse(env.IDP_REGISTRATION) as Registration }),
  };
}

const options = readEnvironment(process.env);
const running = await startIdentityProvider(options);
console.log(`identity provider listening on port ${options.port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.close());
