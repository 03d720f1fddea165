/** Between the sign-in page and Web Chat, which this browser shows at the same origin. Nothing but that it is done goes
 * this way: the link is made by then. */
const CHANNEL = 'latchkey';
const DONE = 'signed-in';

/** Tells a chat of this browser that a sign-in has ended. */
export function tellChat(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(DONE);
  channel.close();
}

/** Hears of it. */
export function onSignedIn(listener: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }) => {
    if (data === DONE) listener();
  });
}
