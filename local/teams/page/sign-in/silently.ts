import type { InvokeResult } from '../../page-api.ts';
import { property } from '../requests/answers.ts';

/** Repeats the request with a token if the bot requests one without a window. If that is not enough (412: no consent),
 * returns the first response, which has the window's address.
 * @param ask `silent` adds the token */
export async function requestSsoToken(ask: (silent: boolean) => Promise<InvokeResult>): Promise<InvokeResult> {
  const first = await ask(false);
  if (property(property(first.body, 'composeExtension'), 'type') !== 'silentAuth') return first;
  const second = await ask(true);
  return second.status === 412 ? first : second;
}
