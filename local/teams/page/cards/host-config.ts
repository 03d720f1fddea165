import { HostConfig } from 'adaptivecards';

// With Fluent's variables, a visible card follows the theme.
const FOREGROUND = {
  default: { default: 'var(--colorNeutralForeground1)', subtle: 'var(--colorNeutralForeground3)' },
  dark: { default: 'var(--colorNeutralForeground1)', subtle: 'var(--colorNeutralForeground3)' },
  light: { default: 'var(--colorNeutralForeground3)', subtle: 'var(--colorNeutralForeground4)' },
  accent: { default: 'var(--colorBrandForegroundLink)', subtle: 'var(--colorBrandForegroundLink)' },
  good: { default: 'var(--colorStatusSuccessForeground1)', subtle: 'var(--colorStatusSuccessForeground1)' },
  warning: { default: 'var(--colorStatusWarningForeground1)', subtle: 'var(--colorStatusWarningForeground1)' },
  attention: { default: 'var(--colorStatusDangerForeground1)', subtle: 'var(--colorStatusDangerForeground1)' },
};

function style(backgroundColor: string): object {
  return { backgroundColor, foregroundColors: FOREGROUND };
}

const fontType = (fontFamily: string) => ({
  fontFamily,
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
});

/** Like Teams. Sizes in pixels. */
export const hostConfig = new HostConfig({
  supportsInteractivity: true,
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: 'var(--colorNeutralStroke2)' },
  fontTypes: { default: fontType('inherit'), monospace: fontType('var(--fontFamilyMonospace)') },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: style('transparent'),
    emphasis: style('var(--colorNeutralBackground3)'),
    accent: style('var(--colorBrandBackground2)'),
    good: style('var(--colorStatusSuccessBackground1)'),
    attention: style('var(--colorStatusDangerBackground1)'),
    warning: style('var(--colorStatusWarningBackground1)'),
  },
  actions: {
    maxActions: 6,
    spacing: 'large',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    allowTitleToWrap: true,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
  },
  factSet: {
    title: { weight: 'bolder', maxWidth: 160, wrap: true },
    value: { weight: 'default', wrap: true },
    spacing: 12,
  },
});
