import type { Change } from '../../test/mutations/mutation.ts';

/** The forms of a change, without its file. */
type ChangeOfSource = Change extends infer Each ? (Each extends unknown ? Omit<Each, 'file'> : never) : never;

export function applyChange(source: string, change: ChangeOfSource): string;
