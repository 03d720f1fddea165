import { appendFile, open } from 'node:fs/promises';
import { LatchkeyError, summaryOf } from './latchkey-error.ts';

/** Lines of JSON, each written at once. */
export interface LineSink {
  /** Never rejects and never waits. */
  write(line: string): void;
  /** Waits for the lines that were written. */
  close(): Promise<void>;
}

/** A disk that hangs must not fill the memory. */
const MAX_WAITING = 10_000;

/** Only its owner can read a file that this makes. An existing file keeps its mode. Each line opens the file again, so a
 * file that was renamed or removed is made anew, without a signal. */
export class LineFile implements LineSink {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** The last write may have ended in the middle of a line. */
  #isCut = false;

  private constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** @param failed is called for each line that is lost
   * @throws {LatchkeyError} if the file cannot be written */
  static async open(path: string, failed: (error: unknown) => void): Promise<LineFile> {
    const handle = await open(path, 'a', 0o600).catch((cause: unknown) => {
      throw new LatchkeyError(`AUDIT_LOG cannot be written: ${summaryOf(cause)}`, { cause });
    });
    await handle.close();
    return new LineFile(path, failed);
  }

  /** @throws {LatchkeyError} if the line cannot be written, as on a full disk */
  async writeFirst(line: string): Promise<void> {
    await appendFile(this.#path, `${line}\n`, { mode: 0o600 }).catch((cause: unknown) => {
      throw new LatchkeyError(`AUDIT_LOG cannot be written: ${summaryOf(cause)}`, { cause });
    });
  }

  write(line: string): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#failed(new LatchkeyError('too many lines wait'));
      return;
    }
    this.#waiting++;
    this.#last = this.#last.then(() => this.#append(line)).finally(() => this.#waiting--);
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #append(line: string): Promise<void> {
    try {
      await appendFile(this.#path, `${this.#isCut ? '\n' : ''}${line}\n`, { mode: 0o600 });
      this.#isCut = false;
    } catch (error) {
      this.#isCut = true;
      this.#failed(error);
    }
  }
}

export class LineStream implements LineSink {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  write(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  async close(): Promise<void> {}
}
