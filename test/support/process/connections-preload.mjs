// Loaded into a process by NODE_OPTIONS: writes each address that the process connects to, and each name that it looks
// up.
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

const file = process.env.TEST_SOCKET_LOG;
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (file && options?.port !== undefined) appendFileSync(file, `${options.host ?? 'localhost'}:${options.port}\n`);
  return connect.apply(this, args);
};
const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (file) appendFileSync(file, `lookup ${name}\n`);
  return lookup(name, ...rest);
};
syncBuiltinESMExports();
