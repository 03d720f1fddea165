import { AuthClient, completionBody } from '../auth-client.ts';
import { signInByPages } from '../identity-provider/user-agent/sign-in.ts';
import { ADA, PASSWORD } from '../people.ts';
import type { Transcript } from './transcript.ts';

/** Signs Ada in over HTTP, like the sign-in window's pages.
 * @param startUrl from the sign-in prompt
 * @returns the security code for Teams */
export async function signIn(transcript: Transcript, botUrl: string, startUrl: string): Promise<string> {
  const page = new AuthClient(botUrl);
  await transcript.step('the pop-up opens the sign-in page', async () => {
    const { status } = await fetch(startUrl);
    if (status !== 200) throw new Error(`status ${status}`);
    return { value: undefined, note: String(status) };
  });
  const call = (step: string, name: 'start' | 'complete', body: object) =>
    transcript.step(step, async () => {
      const response = await page.post(name, body);
      if (response.status !== 200) throw new Error(`status ${response.status} ${response.body.code}`);
      return { value: response.body, note: String(response.status) };
    });
  const ticket = new URL(startUrl).searchParams.get('ticket');
  const { authorizationUrl } = await call('the page requests the sign-in address', 'start', { ticket });
  const callbackUrl = await transcript.step(`${ADA.name} signs in and consents at the identity provider`, async () => {
    const url = String(authorizationUrl);
    const { callbackUrl, steps } = await signInByPages({
      authorizationUrl: url,
      username: ADA.username,
      password: PASSWORD,
    });
    return { value: callbackUrl, note: `${steps.length} pages` };
  });
  const done = await call('the callback page sends the code', 'complete', completionBody(callbackUrl));
  if (done.next !== 'done') throw new Error(`the sign-in ended with ${done.next}`);
  return String(done.securityCode);
}
