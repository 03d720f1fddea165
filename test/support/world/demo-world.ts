import { freePorts } from '../../../local/processes.ts';
import { allSignInTypes } from '../../../local/serve.ts';
import type { TeamsWorldOptions } from './teams-world.ts';

/** With all connections of the demo, and the token service that one of them needs: what people see who try it. */
export async function demoOptions(): Promise<TeamsWorldOptions> {
  const chosen = await freePorts(5);
  const [bot = 0, , , , tokenService = 0] = chosen;
  return { freePorts: chosen, ...allSignInTypes({ bot, tokenService }) };
}
