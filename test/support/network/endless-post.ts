import { request } from 'node:http';

interface EndlessResponse {
  status: number | undefined;
  body: string;
  /** Bytes given to the connection until it ended. */
  sent: number;
}

const CHUNK = Buffer.alloc(64 * 1024, 0x20);
/** Where the test gives up: far beyond any limit and any buffer in between. */
const ENOUGH = 256 * 1024 * 1024;

/** Posts a body without an end until the other side answers or closes the connection.
 * @param pace milliseconds between two pieces; 0: as fast as possible, in which case the reset may lose the answer */
export function endlessPost(url: string, headers: Record<string, string>, pace = 0): Promise<EndlessResponse> {
  return new Promise((resolve) => {
    let sent = 0;
    let received: Omit<EndlessResponse, 'sent'> = { status: undefined, body: '' };
    const outgoing = request(url, { method: 'POST', headers, agent: false });
    const write = () => {
      if (sent >= ENOUGH) outgoing.destroy();
      if (outgoing.destroyed || received.status !== undefined) return;
      sent += CHUNK.length;
      const taken = outgoing.write(CHUNK);
      // Reads what has arrived (setImmediate) before it writes more.
      if (pace > 0) setTimeout(() => setImmediate(write), pace);
      else if (taken) write();
      else outgoing.once('drain', write);
    };
    outgoing.on('response', (response) => {
      received = { status: response.statusCode, body: '' };
      response.setEncoding('utf8').on('data', (text: string) => {
        received.body += text;
      });
      response.on('error', () => undefined);
    });
    // The server closes the connection of an endless body. This side ignores how that ends.
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve({ ...received, sent }));
    write();
  });
}
