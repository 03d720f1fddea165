import type { ConnectionConfig } from '../../config/connection-schema.ts';
import type { ConnectionDefinition, ConnectionsConfig } from '../../connection.ts';
import type { CliEnvironment, Options } from '../command.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { Redaction } from './redaction.ts';

/** One run of `connections try`. */
export interface Trial {
  environment: CliEnvironment;
  options: Options;
  config: ConnectionsConfig;
  definition: ConnectionDefinition;
  /** The entry of connections.json. */
  connection: ConnectionConfig;
  redaction: Redaction;
  log: ExchangeLog;
}
