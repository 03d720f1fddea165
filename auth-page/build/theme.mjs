import { teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from '@fluentui/tokens';

/** Defines each `var(--token)` of a style sheet for Teams' three themes. Until the page sets `data-theme`, the
 * system's light or dark applies.
 * @param {string} css
 * @returns {string} CSS to put before it
 * @throws {Error} for an unknown Fluent token */
export function themeFor(css) {
  const tokens = [...new Set(Array.from(css.matchAll(/var\(--(\w+)\)/g), ([, name]) => name))].sort();
  const unknown = tokens.filter((token) => !(token in teamsLightTheme));
  if (unknown.length > 0) throw new Error(`Not among Fluent's tokens: ${unknown.join(', ')}`);
  const shared = tokens.filter((token) => [teamsDarkTheme, teamsHighContrastTheme].every(sameAsLight(token)));
  const themed = tokens.filter((token) => !shared.includes(token));
  const dark = `color-scheme:dark;${declare(teamsDarkTheme, themed)}`;
  return [
    `:root{color-scheme:light;${declare(teamsLightTheme, tokens)}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme]){${dark}}}`,
    `:root[data-theme=dark]{${dark}}`,
    `:root[data-theme=contrast]{color-scheme:dark;${declare(teamsHighContrastTheme, themed)}}`,
  ].join('\n');
}

function sameAsLight(token) {
  return (theme) => theme[token] === teamsLightTheme[token];
}

function declare(theme, tokens) {
  return tokens.map((token) => `--${token}:${theme[token]};`).join('');
}
