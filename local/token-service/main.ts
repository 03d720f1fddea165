import { positive } from '../environment.ts';
import { BOT_ID, BOT_PASSWORD } from '../people.ts';
import { startTokenService, type TokenServiceOptions } from './server.ts';

/** `PORT`; `IDENTITY_PROVIDER_URL`; `CODE_TTL` in milliseconds; `TOKEN_SERVICE_STATS=1` and `TOKEN_SERVICE_FAULTS=1`
 * for tests. */
function readEnvironment(env: NodeJS.ProcessEnv): TokenServiceOptions {
  return {
    port: positive('PORT', env.PORT ?? '3982'),
    identityProviderUrl: env.IDENTITY_PROVIDER_URL ?? 'http://localhost:3979',
    botId: BOT_ID,
    botSecret: BOT_PASSWORD,
    ...(env.CODE_TTL && { codeTtl: positive('CODE_TTL', env.CODE_TTL) }),
    statistics: env.TOKEN_SERVICE_STATS === '1',
    faults: env.TOKEN_SERVICE_FAULTS === '1',
  };
}

const options = readEnvironment(process.env);
const service = await startTokenService(options);
console.log(`token service listening on port ${options.port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void service.close());
