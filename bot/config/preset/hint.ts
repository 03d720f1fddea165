import { findMisspelt } from '../schema-issues.ts';
import { presetNames } from './preset.ts';

/** The presets that a name may mean, such as "Jira Cloud", "jira" or "jira-clod". */
export function presetsLike(name: string): string[] {
  const names = presetNames();
  const wanted = name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const near = names.includes(wanted) ? wanted : findMisspelt(wanted, names);
  if (near !== undefined) return [near];
  return wanted === '' ? [] : names.filter((each) => `-${each}-`.includes(`-${wanted}-`));
}

/** For the end of a message about a name that is no preset. */
export function presetHint(name: string): string {
  const near = presetsLike(name);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : presetNames().join(', ');
}
