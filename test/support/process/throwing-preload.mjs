// Loaded into a bot by NODE_OPTIONS: a request with the header `x-throw` makes `writeHead` of its response throw: once
// before any output, once after the head, or each time.
import { ServerResponse } from 'node:http';

const { writeHead } = ServerResponse.prototype;
const thrown = new WeakSet();
ServerResponse.prototype.writeHead = function (...head) {
  const when = thrown.has(this) ? undefined : this.req.headers['x-throw'];
  if (when === 'before' || when === 'after') thrown.add(this);
  if (when === 'after') writeHead.apply(this, head);
  // The log has the class of another component's error, and never its message.
  if (when !== undefined) throw Object.assign(new Error(`thrown ${when}`), { name: `Thrown${when}` });
  return writeHead.apply(this, head);
};
