import { freePorts, type Running, startProcess } from '../../../local/processes.ts';
import { BOT_SCRIPT } from '../../../local/stack.ts';
import type { World } from './world.ts';

/** A bot ends if its store is down at the start. It is started again, as a service manager does. */
const MAX_STARTS = 20;

interface Instance {
  url: string;
  env: Record<string, string>;
  /** Resolves when it runs. */
  running: Promise<Running>;
  up: boolean;
  /** From the signal to the end of the process. Milliseconds since the epoch. */
  kills: { from: number; until: number }[];
}

/** Two bots on one store. Each can be killed and starts again on its own port. */
export class Instances {
  readonly #instances: readonly Instance[];

  private constructor(instances: readonly Instance[]) {
    this.#instances = instances;
  }

  /** The world's own bot and one more. */
  static async start(world: World): Promise<Instances> {
    const [port = 0] = await freePorts(1);
    const env = { ...world.botEnv, PORT: String(port) };
    const second = launch(env);
    await second;
    return new Instances([
      { url: world.botUrl, env: world.botEnv, running: Promise.resolve(world.bot), up: true, kills: [] },
      { url: `http://localhost:${port}`, env, running: second, up: true, kills: [] },
    ]);
  }

  get urls(): string[] {
    return this.#instances.map(({ url }) => url);
  }

  /** The instances that a load balancer would use: those that run, as far as it knows. */
  get upUrls(): string[] {
    const up = this.#instances.filter((instance) => instance.up);
    return (up.length > 0 ? up : this.#instances).map(({ url }) => url);
  }

  /** The address of one of them, once it runs. */
  async whenUp(index: number): Promise<string> {
    const { url } = this.#at(this.urls[index]);
    await this.#at(url).running;
    return url;
  }

  /** `kill -9`, once it runs. Resolves when it is dead, not when it is back. */
  async kill(url: string | undefined): Promise<void> {
    const instance = this.#at(url);
    const running = await instance.running;
    const from = Date.now();
    await running.stop('SIGKILL');
    instance.kills.push({ from, until: Date.now() });
    instance.up = false;
    instance.running = launch(instance.env).finally(() => {
      instance.up = true;
    });
  }

  /** Whether an instance was killed between two moments. */
  wasKilled(url: string, from: number, until: number): boolean {
    return this.#at(url).kills.some((kill) => kill.until >= from && kill.from <= until);
  }

  /** Resolves when all run. @throws {Error} if one no longer starts */
  async healed(): Promise<Running[]> {
    return Promise.all(this.#instances.map(({ running }) => running));
  }

  async stop(): Promise<void> {
    const running = await Promise.allSettled(this.#instances.map((instance) => instance.running));
    await Promise.all(running.map((each) => each.status === 'fulfilled' && each.value.stop()));
  }

  #at(url: string | undefined): Instance {
    const instance = this.#instances.find((each) => each.url === url);
    if (!instance) throw new RangeError(`No instance at ${url}`);
    return instance;
  }
}

async function launch(env: Record<string, string>): Promise<Running> {
  for (let starts = 1; ; starts++) {
    try {
      return await startProcess({ name: 'bot', script: BOT_SCRIPT, env });
    } catch (error) {
      if (starts === MAX_STARTS) throw error;
    }
  }
}
