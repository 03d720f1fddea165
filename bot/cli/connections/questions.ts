import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Asks a person, or reads the answers that another program has piped. */
export interface Questions {
  tell(text: string): void;
  /** Asks again until `read` returns no problem.
   * @param read of the trimmed answer
   * @throws {Error} if the input ends before an answer */
  ask<T>(question: string, read: (answer: string) => { value: T } | { problem: string }): Promise<T>;
  close(): void;
}

/** @param output not the standard output if a report in JSON goes there */
export function questionsOn(input: Readable, output: Writable): Questions {
  const lines = createInterface({ input });
  const answers = lines[Symbol.asyncIterator]();
  const tell = (text: string) => void output.write(`${text}\n`);
  return {
    tell,
    async ask(question, read) {
      for (;;) {
        output.write(`${question} `);
        const { value: answer, done } = await answers.next();
        if (done) throw new InputEnded();
        const result = read(answer.trim());
        if ('value' in result) return result.value;
        tell(`  ${result.problem}`);
      }
    },
    close: () => lines.close(),
  };
}

export class InputEnded extends Error {
  override readonly name = 'InputEnded';
}
