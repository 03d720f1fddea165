import type { ConnectionConfig } from '../../config/connection-schema.ts';
import { isEntra, type SignInConfig, signInTypeOf } from '../../config/sign-in-types.ts';
import { redirectUriOf } from '../../sign-in/authorization.ts';
import { paginate } from '../../store/store.ts';
import { type Command, count } from '../command.ts';

export const connectionsList: Command = {
  options: [],
  async run({ config, store }) {
    const linked = new Map<string, number>();
    for await (const { connectionId } of paginate(store.directory.links)) {
      linked.set(connectionId, (linked.get(connectionId) ?? 0) + 1);
    }
    const connections = config.connections.map((connection) => ({
      ...describe(connection, config.baseUrl),
      linked: linked.get(connection.id) ?? 0,
    }));
    const known = new Set(config.connections.map(({ id }) => id));
    const unknown = Object.fromEntries([...linked].filter(([id]) => !known.has(id)));
    return {
      text: [...connections.map(toText), ...Object.entries(unknown).map(orphaned)],
      json: { connections, unknown },
    };
  },
};

function describe({ id, title, commands, tenants, signIn, source }: ConnectionConfig, baseUrl: string) {
  const identityCheck = 'gate' in signIn && signIn.gate ? signIn.gate.authority : undefined;
  return {
    id,
    title,
    commands,
    ...(tenants && { tenants }),
    signIn: { type: signIn.type, provider: providerOf(signIn), gate: identityCheck },
    identity: isEntra(signIn) || identityCheck !== undefined ? 'proven' : 'confirmed',
    redirectUris: targetIdsOf(id, signIn).map((targetId) => redirectUriOf(baseUrl, targetId)),
    source: { type: source.type, url: source.url },
  };
}

function providerOf(signIn: SignInConfig): string {
  if (signIn.type === 'tokenService') return `Azure Bot Service, connection ${signIn.connectionName}`;
  return signInTypeOf(signIn).providerUrl(signIn);
}

function targetIdsOf(id: string, signIn: SignInConfig): string[] {
  if (signIn.type === 'tokenService') return [];
  return 'gate' in signIn && signIn.gate ? [id, `${id}.gate`] : [id];
}

function toText({ id, title, commands, tenants, signIn, identity, redirectUris, source, linked }: Described): string {
  const identityCheck = signIn.gate === undefined ? '' : `, behind the gate ${signIn.gate}`;
  return [
    `${id}  ${title}`,
    `  commands       ${commands.join(', ')}`,
    ...(tenants ? [`  only for       ${tenants.join(', ')}`] : []),
    `  sign-in        ${signIn.type} at ${signIn.provider}${identityCheck} (who signed in is ${identity})`,
    `  redirect URIs  ${redirectUris.join('  ') || 'none of this service'}`,
    `  searches       ${source.type} at ${source.url}`,
    `  signed in      ${linked}`,
  ].join('\n');
}

type Described = ReturnType<typeof describe> & { linked: number };

function orphaned([id, linked]: [string, number]): string {
  return `${id}  is no longer in the connections file, but the store contains ${count(linked, 'credential')} of it`;
}
