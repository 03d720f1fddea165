import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'libsql';
import { openDatabase, reopenDatabase } from './database.ts';

/** How long a write waits for another process's lock. An invoke must be answered in 4.5 s. */
export const LOCK_WAIT_MS = 1000;
/** How often the first write in the line tries again. */
export const LOCK_RETRY_MS = 15;
/** A process that writes without a gap for this long … */
const MAX_WRITE_RUN_MS = 200;
/** … leaves other processes this long to take the lock: longer than their wait between two tries. */
const GIVE_WAY_MS = 25;
/** How many rows one step of a long loop changes: the lock is free again in a few milliseconds. */
const BATCH_ROWS = 100;

/** A prepared statement. It survives a reopened connection. */
interface Statement {
  /** @returns how many rows it changed */
  run(...parameters: unknown[]): number;
  all(...parameters: unknown[]): unknown[];
  get(...parameters: unknown[]): unknown;
}

interface WaitingWrite {
  giveUpAt: number;
  run(): void;
  reject(error: unknown): void;
}

/**
 * One connection to the file (T89). libsql leaves a prepared statement that met `SQLITE_BUSY` active: SQLite then reports
 * later statements as done and never commits them. So only `BEGIN IMMEDIATE`, sent by `exec`, may meet the lock: every
 * statement that changes something runs inside `write`. Reads need no lock.
 */
export class SqliteConnection {
  readonly #path: string;
  readonly #statements: PreparedStatement[] = [];
  readonly #waiting: WaitingWrite[] = [];
  #db: Database.Database;
  /** A statement may be active still, or a transaction open: the connection is replaced before it is used again. */
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

  /** Runs `work` as one transaction that holds the write lock from the start, so that what it reads stays true. While
   * another process has the lock, writes wait in line without holding up the process. `work` must not wait. */
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

  /** Repeats a step, each in a transaction of its own, until it changes less than `limit` rows. Other writes come in
   * between. @returns how many rows were changed */
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

  /** Serves the line, first come, first served. Only its head tries the lock: a long line is no longer wait. */
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

  /** @returns the error where another process has the lock */
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

  /** After a full disk or a failed write SQLite has rolled back by itself; the first error is the one that counts. */
  #rollBack(cause: unknown): void {
    if (!endTransaction(this.#db) || isBusy(cause)) this.#isStale = true;
  }

  /** @throws where the file cannot be opened now; the next use tries again */
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
      // libsql would report this error once more, at the next use.
      this.#statement = undefined;
      this.#hooks.failed(error);
      throw error;
    }
  }
}

/** @returns false where a transaction is open still */
function endTransaction(db: Database.Database): boolean {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** Another connection has the lock that this one needs. */
function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');
}
