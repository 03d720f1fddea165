import type { Preset, PresetValue } from '../../bot/config/preset/preset.ts';
import { exampleEntry, variablesOf, withExamples } from './example.ts';
import { featuresOf } from './features.ts';
import { formatJson, wrap } from './wrap.ts';

/** The page of a preset, docs/connect/<name>.md.
 * @param names of all presets: a name in a note becomes a link */
export function presetPage(name: string, preset: Preset, names: readonly string[]): string {
  const { title, entry, registration, notes, untried } = preset;
  const prose = (text: string) => linkPresets(withExamples(text, preset), names);
  const variables = variablesOf(preset).map((each) => `\`${each}\``);
  const cli = (command: string) => `\`node dist/bot/cli.js connections ${command}\``;
  return [
    `<!-- \`npm run connections:docs\` writes this page from bot/presets/${name}.json. -->`,
    `# ${title}`,
    wrap(introduction(name, preset)),
    '## Register',
    wrap(
      'Replace `https://latchkey.example.com` with your `BASE_URL`, and the example values with your own. If your entry has another ' +
        '`id`, the redirect URI ends in that `id`.',
    ),
    registration.map((step, at) => wrap(prose(step), `${at + 1}. `)).join('\n'),
    '## Entry',
    wrap(
      `After \`npm ci\` and \`npm run build\`, run ${cli(`add ${name}`)} in the folder of Latchkey. It asks for the values, ` +
        'and adds this entry to the list `connections` of [`connections.json`](../CONNECT.md). You can also write the entry yourself:',
    ),
    fenced(exampleEntry(name, preset)),
    valueTable(preset),
    wrap(`Set ${variables.join(' and ')} in the environment of the bot, and in the shell where you try the entry.`),
    '## Try',
    [
      wrap(
        'You need no running bot for a try. Without `BASE_URL`, the redirect URI of the try is ' +
          `\`http://localhost:3978/auth/callback/${entry.id}\`: register it. If the system accepts only one redirect URI, replace ` +
          'it after the try. With `BASE_URL`, see [Try a connection](../CONNECT.md#try-a-connection).',
        '1. ',
      ),
      wrap(
        `Run ${cli(`try ${entry.id} --query lakers`)}. Replace \`lakers\` with a word that your system finds. The command signs you ` +
          'in, runs one search and prints the result. At the end you see `The connection works.`',
        '2. ',
      ),
      wrap('Restart the bot, run `npm run package` and upload the app again.', '3. '),
    ].join('\n'),
    '## What people see',
    ...(notes.some((note) => note.includes('```json'))
      ? ['Add the JSON below to the entry, beside its other fields: see [Change a setting](#change-a-setting).']
      : []),
    notes.map((note) => listItem(prose(note))).join('\n'),
    '## Change a setting',
    wrap(
      `The [preset](../../bot/presets/${name}.json) has all settings. To change one, add \`signIn\` or \`source\` with only that ` +
        'setting to the entry. It is a JSON Merge Patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): an object is merged, ' +
        `a list is replaced, and \`null\` removes a setting. ${cli(`show ${entry.id}`)} prints the entry with all its settings.`,
    ),
    ...(untried === undefined ? [] : ['## Not tried against the live service', wrap(prose(untried))]),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction(name: string, preset: Preset): string {
  const { links, isProven } = featuresOf(name, preset);
  return [
    `After these steps, people in Teams find ${preset.finds}. Each person searches with their own ${preset.account}.`,
    links ? 'If a person pastes a link to a result into a message, the link becomes a card.' : '',
    `The identity of the user is [${isProven ? 'proven' : 'confirmed'}](../../README.md#what-is-proven-and-what-is-not).`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function linkPresets(text: string, names: readonly string[]): string {
  return text.replace(/`([a-z-]+)`/g, (all, name: string) => (names.includes(name) ? `[${all}](${name}.md)` : all));
}

/** A note is a paragraph, and perhaps JSON in a fence. */
function listItem(note: string): string {
  const blocks = note.split('\n\n').map((block, at) => {
    const [, json] = /^```json\n(.*)\n```$/s.exec(block) ?? [];
    if (json !== undefined) return fenced(JSON.parse(json)).replace(/^/gm, '  ');
    return at === 0 ? wrap(block, '- ') : wrap(block, '  ');
  });
  return blocks.join('\n\n');
}

function fenced(json: unknown): string {
  return `\`\`\`json\n${formatJson(json)}\n\`\`\``;
}

function valueTable({ values }: Preset): string {
  const rows = Object.entries(values).map(
    ([key, value]) => `| \`${key}\` | ${describe(value)} | ${exampleCell(value)} |`,
  );
  return ['| field | what it is | example |', '| --- | --- | --- |', ...rows].join('\n');
}

function describe({ about, default: usual }: PresetValue): string {
  const text = usual === undefined ? about : `${about} The default is \`${usual}\`.`;
  return text.replaceAll('|', '\\|');
}

function exampleCell({ example }: PresetValue): string {
  return example === undefined ? '–' : `\`${example}\``;
}
