// Loaded into a bot by NODE_OPTIONS: each HTTP server that listens writes which events it listens to.
import { Server } from 'node:http';

const { listen } = Server.prototype;
Server.prototype.listen = function (...options) {
  this.once('listening', () => {
    // What waits for this very event is gone by then.
    setImmediate(() => console.log(`listens to ${this.eventNames().map(String).sort().join(' ')}`));
  });
  return listen.apply(this, options);
};
