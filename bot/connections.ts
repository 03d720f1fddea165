import type { ConnectionConfig } from './config/connections-file.ts';
import type { Config } from './config.ts';
import { entraProvider } from './sign-in/entra.ts';
import type { IdentityProvider } from './sign-in/identity-provider.ts';
import { oidcProvider } from './sign-in/oidc.ts';
import { mediawikiSource } from './sources/mediawiki.ts';
import type { Source } from './sources/source.ts';

/** A connection, built: one thing to search and the way to sign in to it. */
export interface Connection {
  id: string;
  title: string;
  commands: readonly string[];
  provider: IdentityProvider;
  proven: boolean;
  source: Source;
  linkOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
}

/** Builds every connection of the configuration. A new provider or source type is one line in a table below. */
export function buildConnections({ connections, loopback }: Config): readonly Connection[] {
  return connections.map(({ id, title, commands, signIn, source }) => {
    const origin = new URL(source.url).origin;
    return {
      id,
      title,
      commands,
      provider: buildProvider(signIn, loopback),
      proven: signIn.type === 'entra',
      source: buildSource(source),
      linkOrigins: new Set([origin]),
      imageOrigins: new Set([origin, ...source.imageOrigins.map((url) => new URL(url).origin)]),
    };
  });
}

function buildProvider(signIn: ConnectionConfig['signIn'], allowInsecureLoopback: boolean): IdentityProvider {
  switch (signIn.type) {
    case 'entra':
      return entraProvider({ ...signIn, allowInsecureLoopback });
    case 'oidc':
      return oidcProvider({ ...signIn, allowInsecureLoopback });
  }
}

function buildSource(source: ConnectionConfig['source']): Source {
  switch (source.type) {
    case 'mediawiki':
      return mediawikiSource(source);
  }
}
