import type { Environment } from './environment.ts';
import type { Options } from './options.ts';
import type { Server } from './servers.ts';

export interface Bench {
  options: Options;
  environment: Environment;
  servers: readonly Server[];
  load: 'wrk' | 'autocannon';
  show(text: string): void;
}
