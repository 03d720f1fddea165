import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.ts';
import type { Connection } from './connection.ts';
import type { DirectLineApiDependencies } from './http/direct-line-api.ts';
import { loadChatPage } from './http/pages.ts';
import type { ServerDependencies } from './http/server.ts';
import { Vault } from './sign-in/credentials/vault.ts';
import { DirectLineBroker, DirectLineClient } from './web-chat/broker.ts';
import { BrowserSessions } from './web-chat/browser-session.ts';

/** The page under `/chat` and the broker that it asks for tokens; nothing of it where Direct Line is not configured. */
export function buildWebChat(
  { directLine, baseUrl, encryptionKeys }: Config,
  connections: readonly Connection[],
  deps: Pick<DirectLineApiDependencies, 'limit' | 'limits' | 'report'>,
): Pick<ServerDependencies, 'directLine' | 'chat'> {
  if (!directLine) return {};
  const { url, secret, origins } = directLine;
  const images = new Set(connections.flatMap(({ imageOrigins }) => [...imageOrigins]));
  const sessions = new BrowserSessions(new Vault(encryptionKeys));
  const broker = new DirectLineBroker(new DirectLineClient({ url, secret }), sessions);
  return {
    chat: loadChatPage(fileURLToPath(new URL('../auth-page/chat', import.meta.url)), url, images),
    directLine: { ...deps, broker, sessions, url, origins: new Set([baseUrl, ...origins]) },
  };
}
