/** As in MediaWiki, the HTTP status stays 200. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, info: string) {
    super(info);
    this.code = code;
  }
}

/** Like MediaWiki, reports an unknown name or a wrong value in a list as a warning. */
export class Params {
  readonly #values: URLSearchParams;
  readonly #known = new Set(['action', 'format', 'formatversion', 'errorformat', 'continue', 'utf8', 'requestid']);
  readonly #warnings = new Map<string, string[]>();

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    this.#known.add(name);
    // PHP uses the last value of a repeated name.
    return this.#values.getAll(name).at(-1);
  }

  required(name: string): string {
    const value = this.text(name);
    if (!value) throw new ApiError('missingparam', `The "${name}" parameter must be set.`);
    return value;
  }

  flag(name: string): boolean {
    return this.text(name) !== undefined;
  }

  one(name: string, allowed: string[], standard: string): string {
    const value = this.text(name) ?? standard;
    if (allowed.includes(value)) return value;
    throw new ApiError('badvalue', `Unrecognized value for parameter "${name}": ${value}.`);
  }

  /** Reads values separated by `|`. Invalid ones cause a warning. */
  several(name: string, allowed: string[], standard = ''): string[] {
    const values = (this.text(name) ?? standard).split('|').filter(Boolean);
    const unknown = values.filter((value) => !allowed.includes(value));
    const word = unknown.length === 1 ? 'value' : 'values';
    if (unknown.length > 0) this.#warn('query', `Unrecognized ${word} for parameter "${name}": ${unknown.join(', ')}.`);
    return values.filter((value) => allowed.includes(value));
  }

  integer(name: string, range: { standard: number; min: number; max: number }): number {
    const value = this.text(name);
    if (value === undefined) return range.standard;
    if (value === 'max') return range.max;
    if (!/^-?\d{1,15}$/.test(value))
      throw new ApiError('badinteger', `Invalid value "${value}" for integer parameter "${name}".`);
    return Math.min(Math.max(Number(value), range.min), range.max);
  }

  /** Call this last. */
  warnings(): { warnings?: Record<string, { warnings: string }> } {
    const unknown = [...this.#values.keys()].filter((name) => !this.#known.has(name));
    const word = unknown.length === 1 ? 'parameter' : 'parameters';
    if (unknown.length > 0) this.#warn('main', `Unrecognized ${word}: ${unknown.join(', ')}.`);
    if (this.#warnings.size === 0) return {};
    const entries = Array.from(this.#warnings, ([module, strings]) => [module, { warnings: strings.join('\n') }]);
    return { warnings: Object.fromEntries(entries) };
  }

  #warn(module: string, text: string): void {
    const strings = this.#warnings.get(module) ?? [];
    if (!strings.includes(text)) this.#warnings.set(module, [...strings, text]);
  }
}
