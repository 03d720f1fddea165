import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'libsql';
import { openDatabase, reopenDatabase } from './database.ts';

/** How long a write waits for another process's lock. An invoke has four seconds (deadline.ts). */
export const LOCK_WAIT_MS = 1000;
export const LOCK_RETRY_MS = 15;
/** A process that writes for this long pauses for `GIVE_WAY_MS`. */
const MAX_WRITE_RUN_MS = 200;
/** Longer than `LOCK_RETRY_MS`, so that other processes get the lock. */
const GIVE_WAY_MS = 25;
/** Rows per step of a long loop, so that the step frees the lock within milliseconds. */
const BATCH_ROWS = 100;

/** Survives a reopened connection. */
interface Statement {
  run(...parameters: unknown[]): number;
  all(...parameters: unknown[]): unknown[];
  get(...parameters: unknown[]): unknown;
}

interface WaitingWrite {
  giveUpAt: number;
  run(): void;
  reject(error: unknown): void;
}

/** T89: if a prepared statement meets `SQLITE_BUSY`, libsql leaves it active. SQLite then reports later statements as
 * done but never commits them. So only `BEGIN IMMEDIATE`, sent by `exec`, may meet the lock: every write runs inside
 * `write`. Reads need no lock. */
export class SqliteConnection {
  readonly #path: string;
  readonly #statements: PreparedStatement[] = [];
  readonly #waiting: WaitingWrite[] = [];
  #db: Database.Database;
  /** A statement may still be active or a transaction open, so the connection is replaced before its next use. */
  #isStale = false;
  #isClosed = false;
  #isWriting = false;
  #runBegan = 0;
  #lastCommit = 0;

  constructor(path: string) {
    this.#path = path;
    this.#db = openDatabase(path);
  }

  prepare(sql: string, { raw = false }: { raw?: boolean } = {}): Statement {
    const hooks = {
      before: () => {
        if (this.#isStale && !this.#isWriting) this.#reopen();
      },
      failed: (error: unknown) => {
        if (isBusy(error)) this.#isStale = true;
      },
    };
    const statement = new PreparedStatement(this.#db, { sql, raw }, hooks);
    this.#statements.push(statement);
    return statement;
  }

  /** Runs `work`, which must be synchronous, as one transaction that has the write lock from the start, so that its
   * reads stay true. While another process has the lock, writes wait in a queue and the event loop continues. */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          resolve(this.#commit(work));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ giveUpAt: performance.now() + LOCK_WAIT_MS, run, reject });
      if (this.#waiting.length === 1) void this.#serve();
    });
  }

  /** Repeats a step, each time in its own transaction, until it changes fewer than `limit` rows. Other writes run in
   * between.
   * @returns the number of changed rows */
  async writeInBatches(step: (limit: number) => number): Promise<number> {
    for (let changed = 0; ; ) {
      const inStep = await this.write(() => step(BATCH_ROWS));
      changed += inStep;
      if (inStep < BATCH_ROWS) return changed;
      await nextTurn();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#db.close();
  }

  /** Only the first write tries the lock, so a long queue does not try more often. */
  async #serve(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#mustGiveWay()) {
        await delay(GIVE_WAY_MS);
        this.#runBegan = performance.now();
      }
      try {
        const busy = this.#begin();
        if (busy) {
          this.#giveUp(busy);
          await delay(LOCK_RETRY_MS);
          continue;
        }
        next.run();
      } catch (error) {
        next.reject(error);
      }
      this.#waiting.shift();
      if (this.#waiting.length > 0) await nextTurn();
    }
  }

  #giveUp(busy: Error): void {
    const now = performance.now();
    while (this.#waiting[0] && this.#waiting[0].giveUpAt <= now) this.#waiting.shift()?.reject(busy);
  }

  #mustGiveWay(): boolean {
    const now = performance.now();
    if (now - this.#lastCommit >= GIVE_WAY_MS) this.#runBegan = now;
    return now - this.#runBegan > MAX_WRITE_RUN_MS;
  }

  #begin(): Error | undefined {
    if (this.#isStale) this.#reopen();
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      return undefined;
    } catch (error) {
      if (isBusy(error)) return error as Error;
      this.#isStale = true;
      throw error;
    }
  }

  #commit<T>(work: () => T): T {
    this.#isWriting = true;
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack(error);
      throw error;
    } finally {
      this.#isWriting = false;
      this.#lastCommit = performance.now();
    }
  }

  /** After a full disk or failed write, SQLite has already rolled back. */
  #rollBack(cause: unknown): void {
    if (!endTransaction(this.#db) || isBusy(cause)) this.#isStale = true;
  }

  /** @throws if the file cannot be opened now; the next use tries again */
  #reopen(): void {
    if (this.#isClosed) throw new Error('the store is closed');
    const db = reopenDatabase(this.#path);
    try {
      for (const statement of this.#statements) statement.prepareIn(db);
    } catch (error) {
      for (const statement of this.#statements) statement.prepareIn(this.#db);
      db.close();
      throw error;
    }
    const old = this.#db;
    this.#db = db;
    this.#isStale = false;
    endTransaction(old);
    old.close();
  }
}

class PreparedStatement implements Statement {
  readonly #sql: string;
  readonly #raw: boolean;
  readonly #hooks: { before(): void; failed(error: unknown): void };
  #db: Database.Database;
  #statement: Database.Statement | undefined;

  constructor(
    db: Database.Database,
    { sql, raw }: { sql: string; raw: boolean },
    hooks: { before(): void; failed(error: unknown): void },
  ) {
    this.#db = db;
    this.#sql = sql;
    this.#raw = raw;
    this.#hooks = hooks;
    this.prepareIn(db);
  }

  prepareIn(db: Database.Database): void {
    this.#db = db;
    const statement = db.prepare(this.#sql);
    this.#statement = this.#raw ? statement.raw() : statement;
  }

  run(...parameters: unknown[]): number {
    return this.#do((statement) => statement.run(...parameters).changes);
  }

  all(...parameters: unknown[]): unknown[] {
    return this.#do((statement) => statement.all(...parameters));
  }

  get(...parameters: unknown[]): unknown {
    return this.#do((statement) => statement.get(...parameters));
  }

  #do<T>(use: (statement: Database.Statement) => T): T {
    this.#hooks.before();
    if (!this.#statement) this.prepareIn(this.#db);
    try {
      return use(this.#statement as Database.Statement);
    } catch (error) {
      // libsql would report this error again at the next use.
      this.#statement = undefined;
      this.#hooks.failed(error);
      throw error;
    }
  }
}

function endTransaction(db: Database.Database): boolean {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');
}
