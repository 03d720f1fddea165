import type { TeamsContext } from './teams.ts';
import { applyTheme } from './theme.ts';
import { setLanguage } from './view.ts';

/** Uses the theme and language of Teams. Its language has priority over the browser's. */
export function applyTeamsContext({ theme, locale }: TeamsContext): void {
  applyTheme(theme);
  if (typeof locale === 'string') void setLanguage([locale, ...navigator.languages]);
}
