// Loaded into a bot by NODE_OPTIONS: a request with the header `x-throw` makes its answer's `writeHead` throw: once before
// anything is written, once after the head is written, or each time.
import { ServerResponse } from 'node:http';

const { writeHead } = ServerResponse.prototype;
const thrown = new WeakSet();
ServerResponse.prototype.writeHead = function (...head) {
  const when = thrown.has(this) ? undefined : this.req.headers['x-throw'];
  if (when === 'before' || when === 'after') thrown.add(this);
  if (when === 'after') writeHead.apply(this, head);
  // The log shows the class of an error of another component, and never its message.
  if (when !== undefined) throw Object.assign(new Error(`thrown ${when}`), { name: `Thrown${when}` });
  return writeHead.apply(this, head);
};
