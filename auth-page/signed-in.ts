/** Between the sign-in page and Web Chat, which this browser shows at the same origin. Only how it ended goes this way: the
 * link is made by then. */
const CHANNEL = 'latchkey';

export type SignInEnd = 'signed-in' | 'cancelled';

/** Tells a chat of this browser how a sign-in has ended. */
export function notifyChat(showError: SignInEnd): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(showError);
  channel.close();
}

/** Hears of it. */
export function onSignInEnd(listener: (showError: SignInEnd) => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }) => {
    if (data === 'signed-in' || data === 'cancelled') listener(data);
  });
}
