import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { createServer as createTlsServer } from 'node:tls';
import { makeCertificate } from '../../../local/certificate.ts';

/** A forward proxy on loopback. Only it can resolve its names. Behind each name is an https service with a
 * certificate of the proxy's test authority. */
export interface ForwardProxy {
  port: number;
  /** Of the authority, which has also signed the proxy's own certificate for `localhost`. */
  certificate: string;
  /** Each tunnel that it opened: `login.contoso.example:443`. */
  tunnels: string[];
  /** Each refusal with its status: `407 login.contoso.example:443`. */
  refused: string[];
  /** Requests in absolute form. */
  plain: string[];
  mode: 'open' | 'hang';
  /** Refuses every tunnel with this status. */
  refuseWith: number | undefined;
  /** Open connections of its clients. */
  connections(): number;
  /** Ends them. */
  cut(): void;
  close(): Promise<void>;
}

interface ForwardProxyOptions {
  /** The target of each name: an http origin on loopback. */
  hosts: Record<string, string>;
  /** The `user:password` that it requires (RFC 7617), as in a URL. */
  credentials?: string;
  /** It speaks https itself. */
  secure?: boolean;
  /** Names in the certificate. Default: all. */
  certified?: readonly string[];
}

export async function startForwardProxy({
  hosts,
  credentials,
  secure,
  certified = Object.keys(hosts),
}: ForwardProxyOptions): Promise<ForwardProxy> {
  const { certificate, privateKey } = makeCertificate({ hosts: [...certified, 'localhost'] });
  const tls = { cert: certificate, key: privateKey };
  const own = makeCertificate({ hosts: ['localhost'] });
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const services = new Map<string, number>();
  const closing: (() => void)[] = [];
  const listen = async (server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    closing.push(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  for (const [host, upstream] of Object.entries(hosts)) {
    const service = createSecureServer(tls, (asked, response) => void pass(host, upstream, asked, response));
    services.set(host, await listen(service));
  }
  const server = secure ? createSecureServer({ cert: own.certificate, key: own.privateKey }) : createServer();
  const proxy: ForwardProxy = {
    port: await listen(server),
    certificate: `${certificate}\n${own.certificate}`,
    tunnels: [],
    refused: [],
    plain: [],
    mode: 'open',
    refuseWith: undefined,
    connections: () => clients.size,
    cut() {
      for (const client of clients) client.destroy();
    },
    async close() {
      for (const end of closing) end();
      for (const socket of sockets) socket.destroy();
    },
  };
  const expected = credentials && `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}`;
  const refusalOf = ({ headers, url = '' }: IncomingMessage): number | undefined => {
    if (expected && headers['proxy-authorization'] !== expected) return 407;
    if (proxy.refuseWith !== undefined) return proxy.refuseWith;
    return services.has(url.replace(/:443$/, '')) ? undefined : 502;
  };
  server.on('request', (asked: IncomingMessage, response: ServerResponse) => {
    proxy.plain.push(String(asked.url));
    response.writeHead(502).end('sentinel-proxy-page');
  });
  server.on('connect', (asked: IncomingMessage, client: Socket) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
    if (proxy.mode === 'hang') {
      client.on('end', () => client.end()).resume();
      return;
    }
    const { url = '' } = asked;
    const status = refusalOf(asked);
    if (status !== undefined) {
      proxy.refused.push(`${status} ${url}`);
      client.end(`HTTP/1.1 ${status} Refused\r\nProxy-Authenticate: Basic\r\n\r\nsentinel-proxy-page`);
      return;
    }
    proxy.tunnels.push(url);
    const service = connect(services.get(url.replace(/:443$/, '')) ?? 0, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      service.pipe(client).pipe(service);
    });
    service.on('error', () => client.destroy());
    client.on('close', () => service.destroy());
  });
  return proxy;
}

/** Forwards a request by plain http, and replaces the host with its https name in the response. */
async function pass(host: string, upstream: string, asked: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = asked;
  const { 'accept-encoding': _, ...rest } = headers;
  const sent = request(upstream + url, { method, headers: { ...rest, host } });
  sent.on('error', () => response.destroy());
  sent.end(await buffer(asked));
  const [received] = (await once(sent, 'response')) as [IncomingMessage];
  const body = rename(String(await buffer(received)), host, upstream);
  const { 'content-length': __, 'transfer-encoding': ___, connection: ____, ...passed } = received.headers;
  response.writeHead(received.statusCode ?? 502, passed).end(body);
}

function rename(text: string, host: string, upstream: string): string {
  return text.replaceAll(`http://${host}`, `https://${host}`).replaceAll(upstream, `https://${host}`);
}
