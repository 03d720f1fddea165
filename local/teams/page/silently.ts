import type { InvokeResult } from '../page-api.ts';
import { property } from './answers.ts';

/** Asks; where the bot wants a token that comes without a window, asks again with it. What then needs a window all the same
 * (412: nobody has consented) is the first answer, which says where that is.
 * @param ask `silent` sends the token along */
export async function requestSsoToken(ask: (silent: boolean) => Promise<InvokeResult>): Promise<InvokeResult> {
  const first = await ask(false);
  if (property(property(first.body, 'composeExtension'), 'type') !== 'silentAuth') return first;
  const second = await ask(true);
  return second.status === 412 ? first : second;
}
