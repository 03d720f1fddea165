import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { makeCertificate } from '../../local/certificate.ts';
import { wikiResponder } from './wiki-responder.ts';

/** A wiki on https that is further away than loopback. */
export interface SecureWiki {
  url: string;
  /** The certificate, in PEM. It is its own authority. */
  authority: string;
  /** TLS handshakes so far. */
  handshakes(): number;
  close(): void;
}

/** A common idle timeout behind a load balancer. The wiki announces it: `Keep-Alive: timeout=65`. */
const WIKI_KEEP_ALIVE_SECONDS = 65;
/** For all but the TCP handshake, which loopback answers at once. */
const ROUND_TRIP_MS = 20;

export async function startSecureWiki(): Promise<SecureWiki> {
  const { certificate, privateKey } = makeCertificate({ hosts: ['localhost'] });
  let url = '';
  let handshakes = 0;
  const wiki = createSecureServer(
    { cert: certificate, key: privateKey, keepAliveTimeout: WIKI_KEEP_ALIVE_SECONDS * 1_000 },
    wikiResponder(() => url),
  );
  wiki.on('secureConnection', () => handshakes++);
  const port = await portOf(wiki);
  const relay = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    near.setNoDelay();
    passLate(near, far);
    passLate(far, near);
  });
  url = `https://localhost:${await portOf(relay)}`;
  const close = () => {
    wiki.closeAllConnections();
    wiki.close();
    relay.close();
  };
  return { url, authority: certificate, handshakes: () => handshakes, close };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Half a round trip later. Timers of one duration fire in order. */
function passLate(from: Socket, to: Socket): void {
  const later = (step: () => void) => void setTimeout(step, ROUND_TRIP_MS / 2);
  from.on('data', (chunk) => later(() => !to.destroyed && to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(() => to.destroy()));
}
