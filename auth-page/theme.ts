/** Teams' theme names, and the one of ours that fits. What is not here keeps the system's colours. */
const THEMES: Record<string, 'default' | 'dark' | 'contrast'> = {
  default: 'default',
  dark: 'dark',
  contrast: 'contrast',
  glass: 'dark',
};

/** Overrides the system's light or dark, which the style sheet starts with. */
export function applyTheme(theme: string): void {
  const known = Object.hasOwn(THEMES, theme) ? THEMES[theme] : undefined;
  if (known) document.documentElement.dataset.theme = known;
}
