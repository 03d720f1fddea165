/** Prints each step with its result and time. An error names its step. */
export class Transcript {
  #count = 0;

  async step<T>(name: string, run: () => Promise<{ value: T; note: string; message?: readonly string[] }>): Promise<T> {
    const label = `${String(++this.#count).padStart(2)}. ${name}`;
    const started = performance.now();
    try {
      const { value, note, message: messages = [] } = await run();
      console.log(`${label.padEnd(64)} ${note.padEnd(12)} ${(performance.now() - started).toFixed(0).padStart(5)} ms`);
      for (const line of messages) console.log(`      Latchkey: ${line}`);
      return value;
    } catch (cause) {
      throw new Error(`Failed at step ${label.trim()}: ${(cause as Error).message}`, { cause });
    }
  }
}
