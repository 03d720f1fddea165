import type { Report } from '../command.ts';
import { count } from '../command.ts';
import { type Finding, SECTIONS } from './check.ts';
import type { RedirectUri } from './checks/redirect-uris.ts';

interface Diagnosis {
  environment: string;
  offline: boolean;
  findings: readonly Finding[];
  redirectUris: readonly RedirectUri[];
}

const MARKS = { ok: 'ok', skipped: 'skipped', warning: 'warning', error: 'FAULT' } as const;
const COLOURS = { ok: 32, skipped: 2, warning: 33, error: 31 } as const;

/** An error makes the exit code 1. @param verbose adds each check's result */
export function report(
  { environment, offline, findings, redirectUris }: Diagnosis,
  { colour, verbose }: { colour: boolean; verbose: boolean },
): Report {
  const checks = new Set(findings.map(({ id }) => id)).size;
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, skipped] = [number('error'), number('warning'), number('skipped')];
  const passed = number('ok');
  const uris = redirectUris.map(({ connectionId, uri }) => ({ connection: connectionId, uri }));
  const wrong = (['error', 'warning'] as const).flatMap((weight) =>
    findings.filter(({ severity }) => severity === weight),
  );
  return {
    text: [
      `Latchkey doctor, environment ${environment}${offline ? ', offline: without the checks that need the network' : ''}`,
      ...wrong.flatMap((finding) => faultOf(finding, colour)),
      ...(verbose ? SECTIONS.flatMap((section) => sectionOf(section, findings, colour)) : []),
      ...(uris.length > 0 ? ['', 'Redirect URIs, to be registered with each provider'] : []),
      ...uris.map(({ connection, uri }) => `  ${connection.padEnd(12)} ${uri}`),
      '',
      summaryOf({ checks, passed, errors, warnings, skipped, verbose }),
    ],
    json: { environment, offline, checks, errors, warnings, skipped, findings, redirectUris: uris },
    incomplete: errors > 0,
  };
}

function sectionOf(section: string, findings: readonly Finding[], colour: boolean): string[] {
  const lines = findings
    .filter((finding) => finding.section === section)
    .map((finding) => {
      const body = finding.severity === 'skipped' ? `  ${finding.what ?? ''}` : '';
      return `  ${mark(finding.severity, colour)} ${body ? finding.id.padEnd(26) : finding.id}${body}`;
    });
  return lines.length > 0 ? ['', section, ...lines] : [];
}

function faultOf({ id, severity, what: problem = '', why = '', fix = '' }: Finding, colour: boolean): string[] {
  return ['', `${mark(severity, colour)} ${id}: ${plain(problem)}`, `  why      ${why}`, `  fix      ${plain(fix)}`];
}

/** Foreign text must not move the cursor or reverse the text direction. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function mark(severity: Finding['severity'], colour: boolean): string {
  const word = MARKS[severity].padEnd(8);
  return colour ? `\u001b[${COLOURS[severity]}m${word}\u001b[0m` : word;
}

function summaryOf(of: {
  checks: number;
  passed: number;
  errors: number;
  warnings: number;
  skipped: number;
  verbose: boolean;
}): string {
  const faults = of.errors === 0 ? 'No faults' : count(of.errors, 'fault');
  const warnings = of.warnings === 0 ? '' : `, ${count(of.warnings, 'warning')}`;
  const skipped = of.skipped === 0 ? '' : `, ${of.skipped} skipped`;
  const more = of.verbose ? '' : ' (--verbose lists them)';
  return `${faults}${warnings}. ${of.passed} of ${of.checks} checks passed${skipped}${more}.`;
}
