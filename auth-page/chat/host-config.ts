export const FONT_FAMILY = '"Segoe UI", system-ui, sans-serif';

/** Teams' colours. Keep them equal to style.css. */
export const COLOURS = {
  light: {
    text: '#242424',
    subtle: '#616161',
    page: '#f5f5f5',
    surface: '#ffffff',
    border: '#d1d1d1',
    line: '#e0e0e0',
    accent: '#5b5fc7',
    own: '#e8ebfa',
  },
  dark: {
    text: '#ffffff',
    subtle: '#adadad',
    page: '#1f1f1f',
    surface: '#292929',
    border: '#666666',
    line: '#525252',
    accent: '#9299f7',
    own: '#3d3e66',
  },
} as const;

/** Makes Adaptive Cards look similar to Teams. */
export function hostConfig(isDark: boolean): object {
  const { text, subtle, line, accent } = COLOURS[isDark ? 'dark' : 'light'];
  return {
    supportsInteractivity: true,
    fontFamily: FONT_FAMILY,
    fontSizes: { small: 12, default: 14, medium: 14, large: 16, extraLarge: 20 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 22, extraLarge: 28 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
    separator: { lineThickness: 1, lineColor: line },
    imageSizes: { small: 40, medium: 80, large: 160 },
    containerStyles: {
      default: {
        foregroundColors: { default: { default: text, subtle }, accent: { default: accent, subtle: accent } },
      },
    },
    actions: {
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      allowTitleToWrap: true,
      buttonSpacing: 8,
      maxActions: 6,
    },
  };
}
