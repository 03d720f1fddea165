import { type Preset, presetNames, readPreset } from '../../bot/config/preset/preset.ts';
import { featuresOf } from './features.ts';
import { presetPage } from './page.ts';

type NamedPreset = readonly [name: string, preset: Preset];

const BEGIN = '<!-- presets: `npm run connections:docs` writes this table -->';
const END = '<!-- /presets -->';

/** The pages that the presets make, whole or in part.
 * @param read returns the text of a page, by its path from the root
 * @returns the text of each page, by its path from the root */
export function connectionsDocs(read: (path: string) => string): Map<string, string> {
  const presets = presetNames()
    .map((name): NamedPreset => [name, readPreset(name)])
    .toSorted(([, one], [, other]) => one.title.localeCompare(other.title, 'en'));
  const names = presets.map(([name]) => name);
  const inserted = (path: string, table: string): [string, string] => [path, insert(read(path), table, path)];
  return new Map([
    ...presets.map(([name, preset]): [string, string] => [`docs/connect/${name}.md`, presetPage(name, preset, names)]),
    inserted('docs/CONNECT.md', featureTable(presets)),
    inserted('docs/connect/README.md', index(presets)),
  ]);
}

function insert(page: string, table: string, path: string): string {
  const [before, rest = ''] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) throw new Error(`${path} has no place for the presets: ${BEGIN}`);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

function featureTable(presets: readonly NamedPreset[]): string {
  const rows = presets.map(([name, preset]) => {
    const { links, facts, total, recent, marks, revokes } = featuresOf(name, preset);
    return [
      `[${preset.title}](connect/${name}.md)`,
      preset.finds,
      yes(links),
      facts.join(', ') || '–',
      yes(total),
      yes(recent),
      yes(marks),
      yes(revokes),
      yes(preset.untried === undefined),
    ];
  });
  return table(
    [
      'system',
      'people find',
      'pasted links',
      'facts',
      'counts results',
      'recent items',
      'marks matches',
      'sign-out revokes',
      'tried live',
    ],
    rows,
  );
}

function index(presets: readonly NamedPreset[]): string {
  const rows = presets.map(([name, { title, finds }]) => [`[${title}](${name}.md)`, `\`${name}\``, finds]);
  return table(['system', 'preset', 'people find'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
