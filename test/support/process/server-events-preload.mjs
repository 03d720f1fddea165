// Loaded into a bot by NODE_OPTIONS: each HTTP server that listens writes its events with a listener.
import { Server } from 'node:http';

const { listen } = Server.prototype;
Server.prototype.listen = function (...options) {
  this.once('listening', () => {
    // One-time listeners for this event are gone by then.
    setImmediate(() => console.log(`listens to ${this.eventNames().map(String).sort().join(' ')}`));
  });
  return listen.apply(this, options);
};
