import type { TeamsLooks } from './teams.ts';
import { applyTheme } from './theme.ts';
import { speak } from './view.ts';

/** Wears what Teams wears, and speaks what it speaks, where Teams tells. Its language counts more than the browser's. */
export function followTeams({ theme, locale }: TeamsLooks): void {
  applyTheme(theme);
  if (typeof locale === 'string') void speak([locale, ...navigator.languages]);
}
