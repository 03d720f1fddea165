import type { TeamsContext } from './opener/teams.ts';
import { applyTheme } from './view/theme.ts';
import { setLanguage } from './view/view.ts';

/** The language of Teams has priority over the browser's. */
export function applyTeamsContext({ theme, locale }: TeamsContext): void {
  applyTheme(theme);
  if (typeof locale === 'string') void setLanguage([locale, ...navigator.languages]);
}
