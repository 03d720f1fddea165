import { CONNECTION_ID } from '../../config/connection-schema.ts';
import { parseConnections } from '../../config/connections-file.ts';
import type { Env } from '../../config/env.ts';
import { hasVariable } from '../../config/file-variables.ts';
import { presetHint, presetsLike } from '../../config/preset/hint.ts';
import { findPreset, type Preset, type PresetValue, presetNames, readPreset } from '../../config/preset/preset.ts';
import { presetValueSchema } from '../../config/preset/value.ts';
import { describeIssue } from '../../config/schema-issues.ts';
import type { JsonObject } from '../../platform/json.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import { isLoopback } from '../../platform/safe-url.ts';
import { redirectUriOf } from '../../sign-in/authorization.ts';
import { type DiagnosticCommand, type Report, UsageError } from '../command.ts';
import { withBaseUrl } from './base-url.ts';
import { appendEntry, type ConnectionsText, readConnectionsText } from './edit-file.ts';
import { InputEnded, type Questions, questionsOn } from './questions.ts';
import { registrationSteps } from './registration.ts';
import { variableFor } from './variable.ts';

type Answer<T> = { value: T } | { problem: string };

/** Asks for a preset and its values, and adds the entry to connections.json. Secrets never get into the file. */
export const connectionsAdd: DiagnosticCommand = {
  options: ['id', 'value'],
  arguments: ['preset?'],
  check: ({ value }) => void givenValues(value),
  async diagnose({ env: given, arguments: [presetName], input, log }, { id, value }) {
    const env = withBaseUrl(given);
    const file = readConnectionsText(env.CONNECTIONS_FILE || './connections.json');
    const questions = questionsOn(input, log);
    try {
      return await add({ file, env, isLocal: !given.BASE_URL, questions, given: givenValues(value) }, presetName, id);
    } catch (error) {
      if (!(error instanceof InputEnded)) throw error;
      throw new UsageError(`the input ended before the last answer, so ${file.path} was not changed`);
    } finally {
      questions.close();
    }
  },
};

const LOCAL_NOTE =
  'BASE_URL is not set, so this redirect URI works only for a try on this machine. For the service, register the one of your BASE_URL.';

interface Addition {
  file: ConnectionsText;
  env: ReturnType<typeof withBaseUrl>;
  /** The redirect URI is for a try on this machine. */
  isLocal: boolean;
  questions: Questions;
  given: ReadonlyMap<string, string>;
}

async function add(addition: Addition, presetName?: string, wishedId?: string): Promise<Report> {
  const { file, env, isLocal, questions, given } = addition;
  const name = presetName === undefined ? await askForPreset(questions) : knownPreset(presetName);
  const preset = readPreset(name);
  const unknown = [...given.keys()].find((key) => !Object.hasOwn(preset.values, key));
  if (unknown !== undefined)
    throw new UsageError(`${name} has no value "${unknown}", but ${Object.keys(preset.values).join(', ')}`);
  const id = await idFor(addition, preset, wishedId);
  const redirectUri = redirectUriOf(env.BASE_URL, id);
  questions.tell(
    ['', `Register Latchkey at ${preset.title}:`, '', ...registrationSteps(preset, redirectUri), ''].join('\n'),
  );
  if (isLocal) questions.tell(`${LOCAL_NOTE}\n`);
  const values: JsonObject = {};
  for (const [key, value] of Object.entries(preset.values)) {
    const answer = await valueFor(addition, key, value, id);
    if (answer !== undefined) values[key] = answer;
  }
  const entry = { id, preset: name, ...titleFor(file, preset), ...values };
  refuseBroken(entry, env);
  await appendEntry(file.path, entry);
  return report({ entry, preset, redirectUri, path: file.path, env });
}

async function askForPreset(questions: Questions): Promise<string> {
  const names = presetNames();
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names) {
    const { title, finds } = readPreset(name);
    questions.tell(`  ${name.padEnd(width)}  ${title}: ${finds}`);
  }
  return questions.ask('\nWhich system? Its name from the list:', readPresetName);
}

function readPresetName(answer: string): Answer<string> {
  if (presetNames().includes(answer)) return { value: answer };
  const hint = presetsLike(answer).length > 0 ? `: ${presetHint(answer)}` : '';
  return { problem: `No preset has this name${hint}` };
}

function knownPreset(name: string): string {
  if (findPreset(name)) return name;
  throw new UsageError(`there is no preset "${name}": ${presetHint(name)}`);
}

function idFor({ file, questions }: Addition, preset: Preset, wished: string | undefined): Promise<string> | string {
  const taken = new Set(file.entries.map(({ id }) => id));
  const read = (answer: string): Answer<string> => {
    if (!CONNECTION_ID.test(answer)) return { problem: 'The id must be 1 to 32 lower-case letters, digits or dashes' };
    return taken.has(answer) ? { problem: `${file.path} already has a connection ${answer}` } : { value: answer };
  };
  if (wished !== undefined) return fromOption('--id', read(wished));
  const fallback = firstFree(taken, preset.entry.id, (count) => `${preset.entry.id}-${count}`) ?? '';
  return questions.ask(`The id of the connection, the last part of its redirect URI [${fallback}]:`, (answer) =>
    read(answer || fallback),
  );
}

/** Users tell connections apart by their titles. So an entry gets its own title if another one has the preset's. */
function titleFor({ entries }: ConnectionsText, { title, entry }: Preset): { title?: string } {
  const taken = new Set(entries.map(titleOf));
  if (!taken.has(entry.title)) return {};
  return { title: firstFree(taken, title, (count) => `${entry.title} ${count}`) ?? title };
}

function firstFree(
  taken: ReadonlySet<unknown>,
  first: string,
  numbered: (count: number) => string,
): string | undefined {
  const names = [first, ...Array.from({ length: 98 }, (_, at) => numbered(at + 2))];
  return names.find((name) => !taken.has(name));
}

function titleOf({ title, preset }: JsonObject): unknown {
  return title ?? (typeof preset === 'string' ? findPreset(preset)?.entry.title : undefined);
}

function fromOption<T>(option: string, answer: Answer<T>): T {
  if ('problem' in answer) throw new UsageError(`${option}: ${answer.problem}`);
  return answer.value;
}

/** @returns `undefined` to leave the value out, so that its default holds */
async function valueFor(
  { env, questions, given }: Addition,
  key: string,
  value: PresetValue,
  id: string,
): Promise<string | undefined> {
  const variable = variableFor(id, key);
  const loopback = isLoopbackUrl(env.BASE_URL);
  const schema = presetValueSchema(value, loopback);
  const read = (answer: string): Answer<string> => {
    if (VARIABLE.test(answer)) return { value: answer };
    if (value.type === 'secret')
      return { problem: `${key} is a secret: write \${${variable}}, and put the secret into the environment` };
    const { error, data } = schema.safeParse(answer);
    const [issue] = error?.issues ?? [];
    return issue ? { problem: `${key} ${describeIssue(issue, false)}` } : { value: String(data) };
  };
  const wish = given.get(key);
  if (wish !== undefined) return fromOption('--value', read(wish));
  if (value.type === 'secret') return `\${${variable}}`;
  const fallback = value.default ?? (value.type === 'text' ? `\${${variable}}` : undefined);
  const example = value.example === undefined ? '' : ` Example: ${value.example}`;
  const enter = fallback === undefined ? '' : ` [${fallback}]`;
  return questions.ask(`${key}: ${value.about}${example}${enter}\n>`, (answer): Answer<string | undefined> => {
    if (answer !== '') return read(answer);
    if (value.default !== undefined) return { value: undefined };
    return fallback === undefined ? { problem: `${key} is needed` } : { value: fallback };
  });
}

const VARIABLE = /^\$\{[A-Z][A-Z0-9_]*\}$/;

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url));
}

/** Variables that are not set yet count as set. */
function refuseBroken(entry: JsonObject, env: Addition['env']): void {
  const problems: string[] = [];
  const stillUnset = () => false;
  const loopback = isLoopbackUrl(env.BASE_URL);
  parseConnections({ connections: [entry] }, env, loopback, (problem) => void problems.push(problem), stillUnset);
  if (problems.length > 0)
    throw new LatchkeyError(`The entry is not usable: ${problems.join('; ')}. Nothing was changed.`);
}

function report(added: { entry: JsonObject; preset: Preset; redirectUri: string; path: string; env: Env }): Report {
  const { entry, preset, redirectUri, path, env } = added;
  const variables = Object.entries(entry).flatMap(([key, value]) => {
    const [, name] = /^\$\{([A-Z][A-Z0-9_]*)\}$/.exec(String(value)) ?? [];
    return name === undefined ? [] : [{ name, about: preset.values[key]?.about ?? '', isSet: hasVariable(env, name) }];
  });
  const unset = variables.filter(({ isSet }) => !isSet);
  return {
    text: [
      '',
      `${path} has this entry now:`,
      '',
      ...JSON.stringify(entry, null, 2)
        .split('\n')
        .map((line) => `  ${line}`),
      '',
      `Redirect URI to register at ${preset.title}: ${redirectUri}`,
      ...(unset.length > 0
        ? ['', 'Put these into the environment of the service, and of this shell for the try:']
        : []),
      ...unset.map(({ name, about }) => `  ${name}=   ${about}`),
      '',
      `Then try it: node dist/bot/cli.js connections try ${entry.id} --query lakers`,
      'When it works, restart the bot, run npm run package, and upload the app again.',
    ],
    json: { file: path, entry, redirectUri, variables },
  };
}

/** @throws {UsageError} */
function givenValues(options: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    options.map((option) => {
      const at = option.indexOf('=');
      if (at < 1)
        throw new UsageError('--value must be name=value, such as --value site=https://contoso.atlassian.net');
      return [option.slice(0, at), option.slice(at + 1)];
    }),
  );
}
