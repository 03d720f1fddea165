const MAX_NAME_LENGTH = 100;
/** Control, format (direction among them), line separators, surrogates, unassigned: nothing of which a name is made,
 * and much that can make one look like another on the confirm page. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What can be shown of a provider's name for somebody; empty where it is no text, or none that can be seen (T38). */
export function sanitizeDisplayName(value: unknown): string {
  if (typeof value !== 'string') return '';
  const visible = value.replace(INVISIBLE, '').trim();
  return [...visible].slice(0, MAX_NAME_LENGTH).join('');
}
