import { expandUnchecked } from '../../config/preset/entry.ts';
import { type DiagnosticCommand, UsageError } from '../command.ts';
import { readConnectionsText } from './edit-file.ts';

/** Prints a connection with everything that its preset says, to read or to change. Variables stay as they are. */
export const connectionsShow: DiagnosticCommand = {
  options: [],
  arguments: ['id'],
  async diagnose({ env, arguments: [id] }) {
    const { path, entries } = readConnectionsText(env.CONNECTIONS_FILE || './connections.json');
    const entry = entries.find((each) => each.id === id);
    if (!entry) {
      const ids = entries.map((each) => String(each.id)).join(', ');
      throw new UsageError(`${path} has no connection "${id}"${ids === '' ? '' : `, but ${ids}`}`);
    }
    const full = expandUnchecked(entry);
    return { text: [JSON.stringify(full, null, 2)], json: full };
  },
};
