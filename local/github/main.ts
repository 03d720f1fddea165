import { positive, redirectUris } from '../environment.ts';
import { type GithubOptions, startGithub } from './server.ts';

/** `PORT`; `REDIRECT_URIS` or the bots' `BASE_URLS` (comma separated); `TOKEN_TTL` in seconds makes a GitHub App with
 * expiring tokens; `GITHUB_STATS=1` and `GITHUB_FAULTS=1` for tests. */
function readEnvironment(env: NodeJS.ProcessEnv): GithubOptions {
  return {
    port: positive('PORT', env.PORT ?? '3982'),
    redirectUris: redirectUris(env, ['github']),
    ...(env.TOKEN_TTL && { tokenTtl: positive('TOKEN_TTL', env.TOKEN_TTL) }),
    statistics: env.GITHUB_STATS === '1',
    faults: env.GITHUB_FAULTS === '1',
  };
}

const options = readEnvironment(process.env);
const github = await startGithub(options);
console.log(`GitHub stand-in listening on port ${options.port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void github.close());
