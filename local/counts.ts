interface Count {
  ok: number;
  refused: number;
}

/** Requests by what they were, and whether they were refused: so that a black-box test can prove that none came. */
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
