import { PEOPLE } from '../../local/people.ts';
import { cpuSeconds } from '../harness/process.ts';
import type { SignInFigures } from './figures.ts';
import { signIn, signOut, withWorld } from './world.ts';

/** Whole sign-ins over HTTP with the real pages of the local identity provider, one after another. The provider does
 * most of the work, so Latchkey's share is its CPU. */
export async function measureSignIns(count: number): Promise<SignInFigures> {
  return withWorld({}, async (world) => {
    const each = Math.ceil(count / PEOPLE.length);
    const pid = world.bot.child.pid ?? 0;
    await Promise.all(PEOPLE.map((person) => signIn(world, person)));
    const [before, began] = [cpuSeconds(pid), performance.now()];
    await Promise.all(
      PEOPLE.map(async (person) => {
        for (let at = 0; at < each; at++) {
          await signOut(world, person);
          await signIn(world, person);
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    const after = cpuSeconds(pid);
    const done = each * PEOPLE.length;
    const botCpu = before === undefined || after === undefined ? undefined : ((after - before) * 1e3) / done;
    return { count: done, perSecond: done / seconds, botCpu };
  });
}
