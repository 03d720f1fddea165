import type { Mutation } from '../mutation.ts';

const TUNNEL = 'bot/platform/outbound-proxy.ts';
const WORLD_TEST = 'test/contract/service/outbound-proxy.test.ts';

/** The proxy between this machine and other services, and secrets in files. */
export const OUTBOUND_PROXY: readonly Mutation[] = [
  {
    threat: 'T33',
    defence: 'the answer of a proxy is not the answer of the service behind it',
    file: TUNNEL,
    find: 'if (statusCode >= 200 && statusCode < 300) {',
    replace: 'if (statusCode > 0) {',
    test: WORLD_TEST,
    name: 'T33: the proxy answers 401',
  },
  {
    threat: 'T48',
    defence: 'no address of this machine, or beside it, goes through a proxy',
    file: 'bot/platform/no-proxy.ts',
    function: 'isNeverProxied',
    body: 'return false;',
    test: 'test/contract/service/no-proxy.test.ts',
    name: 'T48',
  },
  {
    threat: 'T48',
    defence: 'the bot’s own managed identity is not asked for through a proxy',
    file: 'bot/teams/auth/bot-credentials.ts',
    function: 'boundIdentityService',
    without: 'removePolicy',
    test: 'test/contract/teams/managed-identity.test.ts',
    name: 'T48',
  },
  {
    threat: 'T72',
    defence: 'a message about the file of a secret has no path, which may be the secret',
    file: 'bot/config/file-variables.ts',
    find: 'names a file that cannot be read (${',
    replace: 'names ${path}, which cannot be read (${',
    test: 'test/threats/service/secret-files.test.ts',
    name: 'the secret in the place of the path',
  },
  {
    threat: 'T78',
    defence: 'a proxy that does not answer keeps no connection',
    file: TUNNEL,
    constant: 'TUNNEL_TIMEOUT_MS',
    value: '600_000',
    test: WORLD_TEST,
    name: 'T78: the proxy never answers',
  },
];
