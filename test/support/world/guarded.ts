import { fileURLToPath } from 'node:url';
import { AuthClient, completionBody } from '../../../local/auth-client.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD, type Person } from '../../../local/people.ts';
import { untilRedirect } from './sign-in.ts';
import { usernameAt, type World } from './world.ts';

/** The connection `guarded`: the handbook's provider behind a gate at Entra; and beside it the handbook without one. */
export const GUARDED_CONNECTIONS = fileURLToPath(new URL('connections/guarded.json', import.meta.url));

interface AtIdentityCheck {
  page: AuthClient;
  /** The body that the gate's callback page would post. */
  body: Record<string, string>;
}

/** From the prompt to the gate's redirect; completes no sign-in yet. @param as the person who signs in at the gate;
 * default: the asker */
export async function untilIdentityCheck(world: World, asker: Person, as: Person = asker): Promise<AtIdentityCheck> {
  const page = new AuthClient(world.botUrl);
  const { body } = await untilRedirect(page, await world.ticket(asker, 'guarded'), as.username);
  return { page, body };
}

/** Through the gate, on to the provider, and back to the connection's own callback; completes only the gate. */
export async function untilBehindIdentityCheck(
  world: World,
  asker: Person,
  as: Person = asker,
): Promise<AtIdentityCheck> {
  const { page, body } = await untilIdentityCheck(world, asker);
  const passed = await page.post('complete', body);
  if (passed.body.next !== 'continue') throw new Error(`The gate returned ${JSON.stringify(passed)}`);
  return { page, body: await signInAt(String(passed.body.authorizationUrl), usernameAt('guarded', as)) };
}

/** Signs in on a provider's real pages. @returns the body that the callback page would post */
export async function signInAt(authorizationUrl: string, username: string): Promise<Record<string, string>> {
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
  return completionBody(callbackUrl);
}
