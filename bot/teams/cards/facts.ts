import { languageFor } from '../../platform/language.ts';
import { FACT_COLORS, type FactColor, type SourceFact } from '../../sources/source.ts';
import type { Messages } from '../locales/en.ts';
import { formatDate, formatNumber } from '../locales/texts.ts';
import { richText, textRun } from './elements.ts';
import type { JsonText } from './json-writer.ts';
import { sanitizePreview, sanitizeText } from './sanitize.ts';

interface FactContext {
  locale: string;
  messages: Messages;
  isolate: string;
  isolateEnd: string;
}

const MAX_FACTS = { card: 6, preview: 2 };
const MAX_LENGTH = { label: 60, value: 100, preview: 40 };
const SMALL = ',"size":"Small"';
const FULL_WIDTH_COLON = '：';

/** One line for each fact: `Status: Open`. Each begins with a comma. */
export function factLines(facts: readonly SourceFact[], context: FactContext): string {
  let lines = '';
  for (const fact of facts.slice(0, MAX_FACTS.card)) {
    const value = sanitizeText(valueText(fact, context), MAX_LENGTH.value);
    if (value === '') continue;
    const spacing = lines === '' ? 'Small' : 'None';
    const inlines = `${labelRun(fact, context)},${valueRun(value, fact.color, context)}` as JsonText;
    lines += `,${richText(inlines, `,"spacing":"${spacing}"`)}`;
  }
  return lines;
}

/** The first values, for the list of results. */
export function factPreview(facts: readonly SourceFact[], context: FactContext): string {
  return facts
    .slice(0, MAX_FACTS.preview)
    .map((fact) => sanitizePreview(valueText(fact, context), MAX_LENGTH.preview))
    .filter((value) => value !== '')
    .map((value) => context.isolate + value + context.isolateEnd)
    .join(' · ');
}

function labelRun({ label }: SourceFact, { locale, messages }: FactContext): JsonText {
  const text = messages.fact(sanitizeText(labelText(label, locale, messages), MAX_LENGTH.label));
  return textRun(text.endsWith(FULL_WIDTH_COLON) ? text : `${text} `, `${SMALL},"isSubtle":true`);
}

function labelText(label: SourceFact['label'], locale: string, { facts }: Messages): string {
  if (typeof label === 'string') return Object.hasOwn(facts, label) ? facts[label as keyof typeof facts] : label;
  return label[languageFor(locale) ?? 'en'] ?? label.en ?? Object.values(label)[0] ?? '';
}

function valueRun(value: string, color: FactColor | undefined, { isolate, isolateEnd }: FactContext): JsonText {
  const known = color !== undefined && FACT_COLORS.includes(color) ? `,"color":"${color}"` : '';
  return textRun(isolate + value + isolateEnd, SMALL + known);
}

function valueText({ value }: SourceFact, { locale, messages }: FactContext): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatNumber(locale, value);
  return value instanceof Date ? formatDate(locale, value) : messages.factTerms[value.term];
}
