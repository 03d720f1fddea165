/** Other themes keep the system's colours. */
const THEMES: Record<string, 'default' | 'dark' | 'contrast'> = {
  default: 'default',
  dark: 'dark',
  contrast: 'contrast',
  glass: 'dark',
};

export function applyTheme(theme: string): void {
  const known = Object.hasOwn(THEMES, theme) ? THEMES[theme] : undefined;
  if (known) document.documentElement.dataset.theme = known;
}
