/** By tag, with their own names. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  'en-US': 'English',
  'es-ES': 'Español',
  'fr-FR': 'Français',
  'de-DE': 'Deutsch',
  'pt-BR': 'Português',
  'ja-JP': '日本語',
  'zh-CN': '简体中文',
  'ar-SA': 'العربية',
  'hi-IN': 'हिन्दी',
  'uk-UA': 'Українська',
};

/** Returns a canonical tag; English if invalid. */
export function localeOf(tag: string | null): string {
  try {
    return Intl.getCanonicalLocales(tag ?? [])[0] ?? 'en-US';
  } catch (cause) {
    if (cause instanceof RangeError) return 'en-US';
    throw cause;
  }
}

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return ['Arab', 'Hebr'].includes(new Intl.Locale(locale).maximize().script ?? '') ? 'rtl' : 'ltr';
}
