import { directLineUserId, newWebChatUser } from '../../../web-chat/browser-session.ts';
import { DirectLineClient, DirectLineError, type DirectLineFailure } from '../../../web-chat/direct-line-client.ts';
import type { Project } from '../checks/project.ts';

/** What Direct Line said to the secret. */
export interface DirectLineHeard {
  url: string;
  failure: DirectLineFailure | undefined;
  what: string;
}

/** Milliseconds: as long as for any other. */
const DIRECT_LINE_TIMEOUT = 5_000;

/** Asks for a token of a conversation that never begins: the one way to see whether the secret is one. It goes nowhere but
 * to an address that is fit for it. */
export async function hearDirectLine({ settings, usable }: Project): Promise<DirectLineHeard | undefined> {
  const { directLine, baseUrl } = settings;
  if (!directLine || !baseUrl || !usable('DIRECT_LINE_URL') || !usable('DIRECT_LINE_SECRET')) return undefined;
  const { url, secret } = directLine;
  try {
    const client = new DirectLineClient({ url, secret, timeout: DIRECT_LINE_TIMEOUT });
    await client.generate(directLineUserId(newWebChatUser()), [baseUrl]);
    return { url, failure: undefined, what: '' };
  } catch (error) {
    if (!(error instanceof DirectLineError)) throw error;
    return { url, failure: error.failure, what: error.message };
  }
}
