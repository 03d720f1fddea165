import { fillIn, type Preset } from '../../config/preset/preset.ts';

/** The steps at the vendor, numbered, as plain text for a terminal. Values that are not known yet show as examples. */
export function registrationSteps({ registration, values }: Preset, redirectUri: string): string[] {
  const shown = (name: string) => (name === 'redirectUri' ? redirectUri : (values[name]?.example ?? `<${name}>`));
  return registration.map((step, at) => `  ${at + 1}. ${withoutMarkdown(String(fillIn(step, shown)))}`);
}

/** Leaves the addresses of links, which a terminal cannot hide behind words. */
function withoutMarkdown(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replace(/(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])/g, '"$1"')
    .replace(/`([^`]*)`/g, '$1');
}
