interface Count {
  ok: number;
  refused: number;
}

/** Counts requests by kind and result. A black-box test can prove that none arrived. */
export class Counts {
  readonly #counts: Record<string, Count> = {};

  add(name: string, ok: boolean): void {
    const count = this.#counts[name] ?? { ok: 0, refused: 0 };
    this.#counts[name] = count;
    if (ok) count.ok += 1;
    else count.refused += 1;
  }

  toJSON(): Record<string, Count> {
    return this.#counts;
  }
}
