import { createServer } from 'node:net';
import { showReady } from './settings.ts';

/** A bare socket that answers each request with bytes as long as ten cards. For `npm run bench -- --only loader`. */
const BODY_BYTES = 11_000;
const RESPONSE = `HTTP/1.1 200 OK\r\ncontent-length: ${BODY_BYTES}\r\n\r\n${'x'.repeat(BODY_BYTES)}`;
const END_OF_REQUEST = '~';

const server = createServer((socket) => {
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => void (text.endsWith(END_OF_REQUEST) && socket.write(RESPONSE)));
});
const port = Number(process.env.PORT);
server.listen(port, '127.0.0.1', () => showReady(port));
process.once('SIGTERM', () => process.exit(0));
