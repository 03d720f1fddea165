import type { TurnContext } from 'botbuilder';

const AFTERWARDS = Symbol('afterwards');

/** Has work done when the invoke of this turn is answered: Teams waits five seconds for the answer, and for nothing of this.
 * @param work never rejects; it may still send by the context */
export function afterResponse(context: TurnContext, work: () => Promise<void>): void {
  context.turnState.set(AFTERWARDS, work);
}

/** Does that work, where there is any. */
export async function runAfterResponse(context: TurnContext): Promise<void> {
  const work: (() => Promise<void>) | undefined = context.turnState.get(AFTERWARDS);
  await work?.();
}
