import type { TeamsContext } from './teams.ts';
import { applyTheme } from './theme.ts';
import { setLanguage } from './view.ts';

/** Wears what Teams wears, and speaks what it speaks, where Teams tells. Its language counts more than the browser's. */
export function applyTeamsContext({ theme, locale }: TeamsContext): void {
  applyTheme(theme);
  if (typeof locale === 'string') void setLanguage([locale, ...navigator.languages]);
}
