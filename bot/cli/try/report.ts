import type { SourceFact, SourceItem } from '../../sources/source.ts';
import { count, type Report } from '../command.ts';
import type { Exchange } from './exchange-log.ts';
import type { Finding } from './findings/finding.ts';
import type { Redaction } from './redaction.ts';
import type { SettingTrace } from './settings-trace.ts';

/** All that a try found out, before the redaction. */
interface TryResult {
  connection: { id: string; title: string };
  /** What was done, in sentences. */
  notes: readonly string[];
  exchanges: readonly Exchange[];
  settings: readonly SettingTrace[];
  card: SourceItem | undefined;
  findings: readonly Finding[];
}

const MARKS = { error: 'FAULT', warning: 'warning' } as const;
const COLOURS = { error: 31, warning: 33 } as const;
const MAX_LENGTH = { url: 300, body: 400, value: 60, finding: 600, snippet: 300 };

/** An error makes the exit code 1. Every text that comes from elsewhere passes the redaction. */
export function tryReport(result: TryResult, redaction: Redaction, colour: boolean): Report {
  const findings = [...result.findings].sort((one, other) => one.severity.localeCompare(other.severity));
  const shown: TryResult & { findings: readonly Finding[] } = {
    ...result,
    findings: findings.map((finding) => ({ ...finding, ...shortened(finding, redaction) })),
  };
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const requests = result.exchanges.map((exchange) => requestOf(exchange, redaction));
  const settings = result.settings.map((setting) => settingOf(setting, redaction));
  const card = result.card && cardOf(result.card, redaction);
  const { connection, notes } = redaction.deep({ connection: result.connection, notes: result.notes });
  return {
    text: [
      `${connection.id}  ${connection.title}`,
      ...notes.map((note) => `  ${note}`),
      ...section('Requests', requests.flatMap(requestLines)),
      ...section('Settings, with what they found in the first items', settings.map(settingLine)),
      ...section('First card', card ? cardLines(card) : []),
      ...section(
        'Findings',
        shown.findings.flatMap((finding) => findingLines(finding, colour)),
      ),
      '',
      summary(errors, findings.length - errors),
    ],
    json: {
      connection,
      notes,
      requests,
      settings,
      card,
      findings: shown.findings,
      errors,
      warnings: findings.length - errors,
    },
    incomplete: errors > 0,
  };
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
}

function shortened({ what, fix, field }: Finding, redaction: Redaction): Pick<Finding, 'what' | 'fix' | 'field'> {
  const [seen, advice] = [what, fix].map((text) => redaction.short(text, MAX_LENGTH.finding));
  return { what: seen ?? '', fix: advice ?? '', field: redaction.text(field) };
}

function requestOf(
  { step, method, url, headerNames, body, contentType, response, failure, duration }: Exchange,
  redaction: Redaction,
) {
  return {
    step,
    method,
    url: redaction.short(redaction.url(url), MAX_LENGTH.url),
    headers: headerNames.map((name) => redaction.text(name)),
    ...(body !== undefined && { body: redaction.short(redaction.body(body, contentType), MAX_LENGTH.body) }),
    answer: response ? response.status : redaction.text(failure ?? 'no response'),
    ...(response?.text !== undefined && { bytes: Buffer.byteLength(response.text) }),
    milliseconds: duration,
  };
}

function requestLines({
  step,
  method,
  url,
  headers,
  body,
  answer,
  bytes,
  milliseconds,
}: ReturnType<typeof requestOf>): string[] {
  const size = bytes === undefined ? '' : `, ${bytes} bytes`;
  return [
    `  ${step}: ${method} ${url}`,
    `    headers  ${headers.join(', ')}`,
    ...(body === undefined ? [] : [`    body     ${body}`]),
    `    answer   ${answer}${size}, ${milliseconds} ms`,
  ];
}

function settingOf({ setting, pointer, values, isMissing }: SettingTrace, redaction: Redaction) {
  const found = values.map((value) => (value === undefined ? null : redaction.short(value, MAX_LENGTH.value)));
  return { setting, pointer, found, isMissing };
}

function settingLine({ setting, pointer, found, isMissing }: ReturnType<typeof settingOf>): string {
  const values = isMissing ? 'nothing' : found.map((value) => value ?? '-').join(' | ');
  return `  ${setting.padEnd(28)} ${(pointer || '(all)').padEnd(28)} ${values}`;
}

/** The result as people read it. Marked matches are in « ». */
function cardOf({ title, snippet, facts = [], edited, url, imageUrl }: SourceItem, redaction: Redaction) {
  const text = snippet.map((part) => (part.hit ? `«${part.text}»` : part.text)).join('');
  return {
    title: redaction.short(title, MAX_LENGTH.snippet),
    snippet: redaction.short(text, MAX_LENGTH.snippet),
    facts: facts.map(({ label, value }) => ({
      label: redaction.short(labelOf(label), MAX_LENGTH.value),
      value: redaction.short(factText(value), MAX_LENGTH.value),
    })),
    ...(edited && {
      edited: edited.at.toISOString(),
      ...(edited.by !== undefined && { by: redaction.short(edited.by, MAX_LENGTH.value) }),
    }),
    link: redaction.short(redaction.url(url), MAX_LENGTH.url),
    ...(imageUrl !== undefined && { image: redaction.short(redaction.url(imageUrl), MAX_LENGTH.url) }),
  };
}

function labelOf(label: SourceFact['label']): string {
  return typeof label === 'string' ? label : (label.en ?? Object.values(label)[0] ?? '');
}

function factText(value: SourceFact['value']): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? value.term : String(value);
}

function cardLines({ title, snippet, facts, edited, by, link, image }: ReturnType<typeof cardOf>): string[] {
  return [
    `  ${title}`,
    ...(snippet ? [`  ${snippet}`] : []),
    ...facts.map(({ label, value }) => `  ${label}: ${value}`),
    ...(edited ? [`  edited ${edited}${by ? ` by ${by}` : ''}`] : []),
    `  ${link}`,
    ...(image ? [`  picture ${image}`] : []),
  ];
}

function findingLines({ id, severity, field, entryFields, what, fix }: Finding, colour: boolean): string[] {
  const word = MARKS[severity].padEnd(8);
  const mark = colour ? `\u001b[${COLOURS[severity]}m${word}\u001b[0m` : word;
  const entry = entryFields ? ` (${entryFields.join(', ')} of the entry)` : '';
  return [`  ${mark} ${id}: ${field}${entry}`, `    saw      ${what}`, `    fix      ${fix}`];
}

function summary(errors: number, warnings: number): string {
  if (errors + warnings === 0) return 'The connection works.';
  const found = [errors > 0 ? [count(errors, 'fault')] : [], warnings > 0 ? [count(warnings, 'warning')] : []].flat();
  return `${found.join(', ')}.${errors === 0 ? ' The connection works.' : ''}`;
}
