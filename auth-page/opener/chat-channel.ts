/** Carries only the outcome, because the link is already stored. */
const CHANNEL = 'latchkey';

export type SignInEnd = 'signed-in' | 'cancelled';

export function notifyChat(end: SignInEnd): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(end);
  channel.close();
}

export function onSignInEnd(listener: (end: SignInEnd) => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }) => {
    if (data === 'signed-in' || data === 'cancelled') listener(data);
  });
}
