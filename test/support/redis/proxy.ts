import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between the bot and a real Redis. It can end a connection after a command has run and before its answer. */
export interface RedisProxy {
  url: string;
  /** Passes the next run of the script, and then ends the connection in place of the answer.
   * @returns a promise that resolves when that has happened */
  cutAfter(script: string): Promise<void>;
  /** Leads new connections to another Redis. Open connections stay. */
  leadTo(redisPort: number): void;
  /** How often a script was sent, with or without a cut. */
  sent(script: string): number;
  close(): Promise<void>;
}

/** @param firstPort where the Redis is */
export async function startRedisProxy(firstPort: number): Promise<RedisProxy> {
  let redisPort = firstPort;
  const scriptOf = scriptNames();
  const counts = new Map<string, number>();
  let cut: { script: string; done(): void } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1');
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    const relay = (response: Buffer) => void client.write(response);
    redis.on('data', relay);
    const read = commandReader((text, bytes) => {
      redis.write(bytes);
      const script = scriptOf(text);
      if (!script) return;
      counts.set(script, (counts.get(script) ?? 0) + 1);
      if (cut?.script !== script) return;
      const { done } = cut;
      cut = undefined;
      endOnceRun(client, redis, relay).then(done, done);
    });
    client.on('data', read);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (script) =>
      new Promise((done) => {
        cut = { script, done };
      }),
    leadTo(port) {
      redisPort = port;
    },
    sent: (script) => counts.get(script) ?? 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Redis answers in order. When it answers the proxy's own command, the command before it has run. */
async function endOnceRun(client: Socket, redis: Socket, relay: (response: Buffer) => void): Promise<void> {
  redis.off('data', relay);
  const request = createHash('sha256').update(String(performance.now())).digest('hex');
  redis.write(`*2\r\n$4\r\nECHO\r\n$${request.length}\r\n${request}\r\n`);
  let responses = '';
  while (!responses.includes(request)) responses += String((await once(redis, 'data'))[0]);
  client.destroy();
}

/**
 * Knows the bot's scripts by the name in their first line. A connection sends each in full before it sends its hash.
 */
function scriptNames(): (text: string[]) => string | undefined {
  const names = new Map<string, string>();
  return ([command = '', script = '']) => {
    if (!/^eval$/i.test(command)) return names.get(script);
    const [, name] = /^-- (\w+)\n/.exec(script) ?? [];
    if (name) names.set(createHash('sha1').update(script).digest('hex'), name);
    return name;
  };
}

/** Splits the data of a client into commands: RESP arrays of bulk strings. */
function commandReader(take: (text: string[], bytes: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let command = firstCommand(rest); command; command = firstCommand(rest)) {
      take(command.text, rest.subarray(0, command.length));
      rest = rest.subarray(command.length);
    }
  };
}

function firstCommand(bytes: Buffer): { text: string[]; length: number } | undefined {
  let at = 0;
  const number = () => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  if (count === undefined) return undefined;
  const text: string[] = [];
  while (text.length < count) {
    const length = number();
    if (length === undefined || bytes.length < at + length + 2) return undefined;
    text.push(bytes.toString('utf8', at, at + length));
    at += length + 2;
  }
  return { text, length: at };
}
