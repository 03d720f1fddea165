import { createHash } from 'node:crypto';
import type { Manifest, Problem } from '../../bot/app-package/types.ts';

/** The output of `--json`. Sizes are in bytes. */
interface Report {
  zip: string;
  bytes: number;
  sha256: string;
  files: { name: string; bytes: number }[];
  name: string;
  version: string;
  ids: { app: string; bot: string; signIn: string | undefined };
  commands: { id: string; type: string; title: string }[];
  linkDomains: string[];
  validDomains: string[];
  warnings: readonly Problem[];
}

export function reportOn(
  path: string,
  zip: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
  warnings: readonly Problem[],
): Report {
  const [{ botId, commands, messageHandlers = [] }] = manifest.composeExtensions;
  return {
    zip: path,
    bytes: zip.length,
    sha256: createHash('sha256').update(zip).digest('hex'),
    files: [...files].map(([name, { length }]) => ({ name, bytes: length })),
    name: manifest.name.short,
    version: manifest.version,
    ids: { app: manifest.id, bot: botId, signIn: manifest.webApplicationInfo?.id },
    commands: commands.map(({ id, type = 'query', title }) => ({ id, type, title })),
    linkDomains: messageHandlers.flatMap(({ value }) => value.domains),
    validDomains: manifest.validDomains ?? [],
    warnings,
  };
}

export function reportText(report: Report): string {
  const { ids, linkDomains, validDomains } = report;
  const width = Math.max(...report.files.map(({ name }) => name.length));
  return [
    `${report.zip}  ${report.name} ${report.version}, ${report.bytes} bytes`,
    `  sha256         ${report.sha256}`,
    ...listed(
      'files',
      report.files.map(({ name, bytes }) => `${name.padEnd(width)}  ${bytes}`),
    ),
    ...listed(
      'commands',
      report.commands.map(({ id, type, title }) => `${id} (${type}): ${title}`),
    ),
    ...listed('link domains', linkDomains.length > 0 ? linkDomains : ['none']),
    ...listed('valid domains', validDomains),
    ...listed('ids', [`app ${ids.app}`, `bot ${ids.bot}`, `sign-in ${ids.signIn ?? 'none in Entra'}`]),
  ].join('\n');
}

function listed(heading: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => `  ${(at === 0 ? heading : '').padEnd(14)} ${line}`);
}

export function problemsText(problems: readonly Problem[]): string {
  return problems.map(({ what: subject, fix }) => `  - ${subject}\n    ${fix}`).join('\n');
}
