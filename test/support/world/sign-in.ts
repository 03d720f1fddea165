import { type AuthClient, completionBody } from '../../../local/auth-client.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD } from '../../../local/people.ts';

/** From a ticket to the redirect of the provider, over its real pages. Completes no sign-in yet.
 * @returns the address of the redirect, and the body that the callback page would post */
export async function untilRedirect(
  page: AuthClient,
  ticket: string,
  username: string,
): Promise<{ callbackUrl: string; body: Record<string, string> }> {
  const { status, body } = await page.post('start', { ticket });
  if (status !== 200) throw new Error(`start answered ${status}: ${JSON.stringify(body)}`);
  const authorizationUrl = String(body.authorizationUrl);
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
  return { callbackUrl, body: completionBody(callbackUrl) };
}

/** Completes a sign-in. If the page asks whether the account is the person's, the person connects it. */
export async function completeSignIn(
  page: AuthClient,
  body: Record<string, string>,
): Promise<{ securityCode: string; isConfirmed: boolean }> {
  const completed = await page.post('complete', body);
  const { next, confirmation } = completed.body;
  const isConfirmed = next === 'confirm';
  const done = isConfirmed ? await page.post('confirm', { decision: 'connect', confirmation }) : completed;
  if (done.body.next !== 'done') throw new Error(`The sign-in ended with ${JSON.stringify(done)}`);
  return { securityCode: String(done.body.securityCode), isConfirmed };
}
