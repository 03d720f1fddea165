export const FONT_FAMILY = '"Segoe UI", system-ui, sans-serif';

const colour = (value: string) => ({ default: value, subtle: '#616161' });

/** How Web Chat draws Adaptive Cards, which its own simple cards become, too: about as Teams does. */
export const HOST_CONFIG = {
  supportsInteractivity: true,
  fontFamily: FONT_FAMILY,
  fontSizes: { small: 12, default: 14, medium: 14, large: 16, extraLarge: 20 },
  lineHeights: { small: 16, default: 20, medium: 20, large: 22, extraLarge: 28 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: '#e0e0e0' },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: {
      foregroundColors: { default: colour('#242424'), accent: { default: '#5b5fc7', subtle: '#5b5fc7' } },
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
