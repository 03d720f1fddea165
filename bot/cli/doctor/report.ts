import type { Report } from '../command.ts';
import { count } from '../command.ts';
import { type Finding, SECTIONS } from './check.ts';
import type { RedirectUri } from './redirect-uris.ts';

export interface Diagnosis {
  environment: string;
  offline: boolean;
  findings: readonly Finding[];
  redirectUris: readonly RedirectUri[];
}

/** Words first: colour only repeats them. */
const MARKS = { ok: 'ok', skipped: 'skipped', warning: 'warning', error: 'FAULT' } as const;
const COLOURS = { ok: 32, skipped: 2, warning: 33, error: 31 } as const;

/** A table for people and the same for programs; errors make the exit code 1. */
export function report({ environment, offline, findings, redirectUris }: Diagnosis, colour: boolean): Report {
  const checks = new Set(findings.map(({ id }) => id)).size;
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, skipped] = [number('error'), number('warning'), number('skipped')];
  const summary = summaryOf({ checks, errors, warnings, skipped });
  const uris = redirectUris.map(({ connectionId, uri }) => ({ connection: connectionId, uri }));
  const wrong = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  return {
    text: [
      `Latchkey doctor, environment ${environment}${offline ? ', offline: what needs the network is left out' : ''}`,
      ...SECTIONS.flatMap((section) => sectionOf(section, findings, colour)),
      ...(uris.length > 0 ? ['', 'Redirect URIs, to be registered with each provider'] : []),
      ...uris.map(({ connection, uri }) => `  ${connection.padEnd(12)} ${uri}`),
      ...wrong.flatMap((finding) => faultOf(finding, colour)),
      '',
      summary,
    ],
    json: { environment, offline, checks, errors, warnings, skipped, findings, redirectUris: uris },
    incomplete: errors > 0,
  };
}

function sectionOf(section: string, findings: readonly Finding[], colour: boolean): string[] {
  const lines = findings
    .filter((finding) => finding.section === section)
    .map((finding) => {
      const said = finding.severity === 'skipped' ? `  ${finding.what ?? ''}` : '';
      return `  ${mark(finding.severity, colour)} ${said ? finding.id.padEnd(26) : finding.id}${said}`;
    });
  return lines.length > 0 ? ['', section, ...lines] : [];
}

function faultOf({ id, severity, what = '', why = '', fix = '' }: Finding, colour: boolean): string[] {
  return ['', `${mark(severity, colour)} ${id}: ${plain(what)}`, `  why      ${why}`, `  fix      ${plain(fix)}`];
}

/** Others' words (an issuer's name for itself, a package's commands) neither move the terminal's cursor nor turn its text
 * around. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function mark(severity: Finding['severity'], colour: boolean): string {
  const word = MARKS[severity].padEnd(8);
  return colour ? `\u001b[${COLOURS[severity]}m${word}\u001b[0m` : word;
}

function summaryOf(of: { checks: number; errors: number; warnings: number; skipped: number }): string {
  const faults = of.errors === 0 ? 'No faults' : count(of.errors, 'fault');
  const warnings = of.warnings === 0 ? '' : `, ${count(of.warnings, 'warning')}`;
  return `${faults}${warnings} in ${of.checks} checks${of.skipped === 0 ? '' : ` (${of.skipped} skipped)`}`;
}
