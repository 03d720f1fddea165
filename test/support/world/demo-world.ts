import { freePorts } from '../../../local/processes.ts';
import { allSignInTypes } from '../../../local/serve.ts';
import type { TeamsWorldOptions } from './teams-world.ts';

/** All connections of the demo, with all its stand-ins. */
export async function demoOptions(): Promise<TeamsWorldOptions> {
  const chosen = await freePorts(7);
  const [bot = 0, , , , tokenService = 0] = chosen;
  return { freePorts: chosen, ...allSignInTypes({ bot, tokenService }) };
}
