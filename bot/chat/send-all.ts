import type { TurnContext } from 'botbuilder';
import type { Reply } from './replies.ts';

/** How long the channel may take to take what is said. Milliseconds. */
const TIMEOUT = 8_000;

/** Sends what the bot has to say, in order. @throws what the channel's client throws, or that it took too long */
export async function sendAll(context: TurnContext, replies: readonly Reply[]): Promise<void> {
  if (replies.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The channel took nothing within ${TIMEOUT} ms`)), TIMEOUT);
  });
  try {
    await Promise.race([context.sendActivities([...replies]), late]);
  } finally {
    clearTimeout(timer);
  }
}
