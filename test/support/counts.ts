/** Counts events by their names. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** A line for each name, the most frequent first. */
  toString(): string {
    const lines = [...this.#counts].sort(([, a], [, b]) => b - a);
    return lines.map(([name, count]) => `${String(count).padStart(7)}  ${name}`).join('\n');
  }
}
