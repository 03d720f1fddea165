import { setTimeout as wait } from 'node:timers/promises';
import { type Action, NO_ANSWER, type Seen, Violation } from './actions.ts';
import { CUT_OFF, type Slot } from './cast.ts';
import { actionFor, personFor, type SingleStep } from './choose.ts';
import { type Expected, nothingYet } from './expected.ts';
import type { Hand } from './hand.ts';
import { perform } from './perform.ts';
import type { Reality } from './reality.ts';
import type { Step, Trouble } from './steps.ts';
import type { Tally } from './tally.ts';
import { endTrouble, makeTrouble } from './teams.ts';
import { tell } from './tell.ts';
import { after, type Event } from './worlds.ts';

/** Plays one run and compares, after each step, the outcome with the possible ones.
 * @throws {Violation} with the steps so far */
export async function play(reality: Reality, steps: readonly Step[], tally: Tally): Promise<void> {
  const run = new Run(reality, await reality.reset(), tally);
  try {
    for (const step of steps) await run.step(step);
  } catch (error) {
    const why = error instanceof Violation ? error.message : String((error as Error).stack ?? error);
    throw new Violation(`${why}\n${run.story.map((line) => `    ${line}`).join('\n')}`, { cause: error });
  }
}

class Run {
  readonly story: string[] = [];
  readonly #reality: Reality;
  readonly #hand: Hand;
  readonly #tally: Tally;
  #worlds: Expected[] = [nothingYet()];

  constructor(reality: Reality, hand: Hand, tally: Tally) {
    this.#reality = reality;
    this.#hand = hand;
    this.#tally = tally;
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'begin':
        return this.#begin(step);
      case 'wait':
        return this.#wait(step.seconds);
      case 'kill':
        return this.#kill(step.at);
      case 'killDuring':
        return this.#killDuring(step);
      case 'race':
        return this.#race(step);
      default:
        return this.#single(step);
    }
  }

  async #single(step: SingleStep): Promise<void> {
    const action = actionFor(step, this.#hand);
    if (action) await this.#do(action);
  }

  async #begin({ person, browser, at }: Step & { do: 'begin' }): Promise<void> {
    const { asker, connection } = personFor(person, this.#hand);
    await this.#do({ do: 'search', asker, connection, code: undefined, at, trouble: 'none' });
    const ticket = this.#hand.tickets.findLastIndex((each) => each.asker === asker && each.connection === connection);
    if (ticket >= 0) await this.#do({ do: 'start', ticket, browser, at });
  }

  #wait(seconds: number): void {
    if (this.#reality.wait(seconds)) this.#note(`${seconds} s go by`);
  }

  async #kill(at: number): Promise<void> {
    await this.#reality.kill(at);
    this.#note(`bot ${at} is killed`);
  }

  async #killDuring({ step, after: delay }: Step & { do: 'killDuring' }): Promise<void> {
    const action = this.#resolve(step);
    if (!action || action.do === 'visit') return;
    const calm = action.do === 'search' ? { ...action, trouble: 'none' as const } : action;
    await this.#reality.at(calm.at);
    const acting = perform(this.#reality, this.#hand, calm, CUT_OFF);
    await wait(delay);
    await Promise.all([this.#reality.kill(calm.at), acting]);
    this.#note(`bot ${calm.at} is killed ${delay} ms into:`);
    this.#judge([{ action: calm, seen: await acting }]);
  }

  async #race({ first, second, lag }: Step & { do: 'race' }): Promise<void> {
    const actions = [this.#resolve(first), this.#resolve(second)].filter((action) => action !== undefined);
    if (actions.length < 2) return;
    this.#note(lag > 0 ? `at once, the second ${lag} ms later:` : 'at once:');
    const { racing, trouble } = together(actions);
    await makeTrouble(this.#reality, trouble);
    const seen = await Promise.all(
      racing.map(async (action, slot) => {
        if (slot === 1) await wait(lag);
        return this.#perform(action, slot as Slot);
      }),
    );
    await endTrouble(this.#reality, trouble);
    this.#judge(racing.map((action, at) => ({ action, seen: seen[at] as Seen })));
  }

  #resolve(step: Step): Action | undefined {
    return actionFor(step as SingleStep, this.#hand);
  }

  async #do(action: Action): Promise<void> {
    this.#judge([{ action, seen: await this.#perform(action, 0) }]);
  }

  async #perform(action: Action, slot: Slot): Promise<Seen> {
    const seen = await perform(this.#reality, this.#hand, action, slot);
    if (seen.outcome === NO_ANSWER)
      throw new Violation(`no answer, and no bot was killed: ${tell(action, seen, this.#hand)}`);
    return seen;
  }

  #judge(events: Event[]): void {
    for (const { action, seen } of events) this.#note(tell(action, seen, this.#hand));
    this.#tally.count(events, this.#hand, this.#worlds);
    this.#worlds = after(this.#worlds, events, { hand: this.#hand, now: this.#reality.now() });
  }

  #note(line: string): void {
    this.story.push(line);
    this.#tally.note(line);
  }
}

/** Two searches share their obstacle. An outage of the provider would affect both. */
function together(actions: readonly Action[]): { racing: Action[]; trouble: Trouble } {
  const troubled = actions.some((action) => action.do === 'search' && action.trouble !== 'none');
  const shared = troubled && actions.every((action) => action.do === 'search');
  const trouble: Trouble = shared ? 'shared' : troubled ? 'refused' : 'none';
  const racing = actions.map((action) => (action.do === 'search' ? { ...action, trouble } : action));
  return { racing, trouble: shared ? 'shared' : 'none' };
}
