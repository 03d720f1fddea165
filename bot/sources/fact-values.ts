import { oneLine } from './text/snippet.ts';

export const MAX_VALUE_LENGTH = 100;
const MAX_NAMES = 5;

/** `bug, docs`; an ellipsis stands for what is left out. */
export function joinNames(names: readonly string[]): string {
  const shown = names.filter(Boolean);
  return oneLine(
    [...shown.slice(0, MAX_NAMES), ...(shown.length > MAX_NAMES ? ['…'] : [])].join(', '),
    MAX_VALUE_LENGTH,
  );
}
