import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** RFC 6455, as far as a stream of texts to a browser needs it. */
interface TextSocket {
  send(text: string): void;
  /** Calls once, when either side closes. */
  onClose(listener: () => void): void;
  close(): void;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa];

/** RFC 6455 section 4.2.2. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): TextSocket {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on('error', () => socket.destroy());
  socket.on('data', (data: Buffer) => handleControl(data, socket));
  return {
    send: (text) => socket.writable && socket.write(frame(TEXT, Buffer.from(text))),
    onClose: (listener) => void socket.once('close', listener),
    close: () => socket.end(frame(CLOSE, Buffer.alloc(0))),
  };
}

/** Clients send only short frames, sometimes several in one packet: pings, close frames, and empty texts as keep-alive.
 * Ignores an incomplete frame. */
function handleControl(data: Buffer, socket: Duplex): void {
  for (let at = 0; at + 2 <= data.length; at = endOf(data, at)) {
    const opcode = (data[at] ?? 0) & 0x0f;
    if (opcode === CLOSE) socket.end(frame(CLOSE, Buffer.alloc(0)));
    if (opcode === PING) socket.write(frame(PONG, Buffer.alloc(0)));
  }
}

/** Two header bytes, two more for a length of 126, and the mask. */
function endOf(data: Buffer, at: number): number {
  const second = data[at + 1] ?? 0;
  const [length, extra] =
    (second & 0x7f) === 126 && at + 4 <= data.length ? [data.readUInt16BE(at + 2), 2] : [second & 0x7f, 0];
  return at + 2 + extra + (second & 0x80 ? 4 : 0) + length;
}

/** Unmasked (section 5.2). */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}
