import { signInOf } from '../workload/answer.ts';
import type { Environment } from './environment.ts';
import { expectedResponse, type Request } from './requests.ts';
import type { RunningServer, Server } from './servers.ts';

/** Responses to compare before and after each run. */
const SAMPLE = 12;

/** A signed-in user must get the ten cards, byte for byte. A signed-out user must get the prompt, and a bad token must
 * be refused.
 * @throws {Error} that shows the difference */
export async function checkResponses(
  server: Server,
  { url }: RunningServer,
  { wikiUrl }: Environment,
  requests: readonly Request[],
  signedIn: boolean,
): Promise<void> {
  const step = Math.max(1, Math.floor(requests.length / SAMPLE));
  for (const request of requests.filter((_, at) => at % step === 0)) {
    const { status, text } = await post(url, request);
    if (status !== 200) throw new Error(`${server.name} answered ${status}: ${text.slice(0, 500)}`);
    if (signedIn) requireEqual(server, text, expectedResponse(request, wikiUrl));
    else requireSignIn(server, text);
  }
  if (server.checksTokens) await requireRefusal(server, url, requests[0]);
}

export async function post(url: string, { headers, body }: Request): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/messages`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function requireEqual({ name }: Server, text: string, expected: string): void {
  if (text === expected) return;
  const at = [...expected].findIndex((letter, index) => letter !== text[index]);
  const around = (whole: string) => whole.slice(Math.max(0, at - 60), at + 60);
  throw new Error(`${name} answered something else, at ${at}:\n  ${around(text)}\n  ${around(expected)}`);
}

/** Only the link differs between servers. */
function requireSignIn({ name }: Server, text: string): void {
  const url = /"value":"(http:[^"]+\/auth\/start\?[^"]+)"/.exec(text)?.[1] ?? '';
  if (url && text === JSON.stringify(signInOf(url))) return;
  throw new Error(`${name} asked nobody to sign in: ${text.slice(0, 500)}`);
}

/** Changes one letter of the signature. botbuilder, as in its samples, answers 500. */
async function requireRefusal({ name }: Server, url: string, request: Request | undefined): Promise<void> {
  const { authorization = '' } = request?.headers ?? {};
  const other = authorization.at(-10) === 'A' ? 'B' : 'A';
  const forged = `${authorization.slice(0, -10)}${other}${authorization.slice(-9)}`;
  const { status } = await post(url, {
    text: '',
    body: '{}',
    ...request,
    headers: { ...request?.headers, authorization: forged },
  });
  if (status < 400) throw new Error(`${name} answered ${status} to a forged token`);
}
