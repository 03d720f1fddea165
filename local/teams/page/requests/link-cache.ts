import type { InvokeResult } from '../../page-api.ts';
import { property } from './answers.ts';

/** Milliseconds, as in Teams. */
const LIFETIME = 30 * 60_000;

/** Like Teams, caches only results, and none with a no-cache policy. */
export class LinkCache {
  readonly #kept = new Map<string, { result: InvokeResult; until: number }>();

  find(key: string): InvokeResult | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.until > Date.now() ? kept.result : undefined;
  }

  keep(key: string, result: InvokeResult): void {
    const extension = property(result.body, 'composeExtension');
    if (result.status !== 200 || property(extension, 'type') !== 'result' || isPrivate(extension)) return;
    this.#kept.set(key, { result, until: Date.now() + LIFETIME });
  }
}

function isPrivate(extension: unknown): boolean {
  const actions = property(property(extension, 'suggestedActions'), 'actions');
  return (
    Array.isArray(actions) &&
    actions.some((action) => property(action, 'type') === 'setCachePolicy' && isNoCache(action))
  );
}

/** The policy is JSON in a string. */
function isNoCache(action: unknown): boolean {
  const value = property(action, 'value');
  return typeof value === 'string' && /"type"\s*:\s*"no-cache"/.test(value);
}
