import type { Person } from '../people.ts';
import type { Query, Setting } from './connector/activity.ts';
import type { Connector } from './connector/connector.ts';
import { asObject, localeOf, numberOf, textOf } from './fields.ts';
import { RequestError } from './http.ts';
import type { Activity, Command, Invocation } from './page-api.ts';

export interface Commands {
  commands: readonly Command[];
  actions: readonly Command[];
}

type Fields = Record<string, unknown>;

/** `value` of each invoke except the query. */
const VALUES: Record<
  Exclude<Invocation['name'], 'composeExtension/query'>,
  (fields: Fields, commands: Commands) => object
> = {
  'composeExtension/fetchTask': (fields, { actions }) => taskValue(fields, actions),
  'composeExtension/submitAction': (fields, { actions }) => ({ ...taskValue(fields, actions), data: fields.data }),
  'composeExtension/queryLink': (fields) => ({ url: textOf(fields, 'url') }),
  'composeExtension/querySettingUrl': (fields, { commands }) => ({ commandId: commandOf(fields, commands) }),
  // Contains only its state.
  'composeExtension/setting': () => ({}),
};

/** @throws {RequestError} for an invalid request of the page */
export function requestedActivity(connector: Connector, person: Person, fields: Fields, commands: Commands): Activity {
  const name = textOf(fields, 'name');
  const setting = settingOf(fields);
  if (name === 'composeExtension/query') {
    return connector.queryActivity(person, { ...toQuery(fields, commands.commands), ...setting });
  }
  if (!isKnown(name)) throw new RequestError(400, `The page does not send “${name}”.`);
  return connector.invokeActivity(person, {
    name,
    value: { ...VALUES[name](fields, commands), ...stateOf(fields) },
    ...setting,
  });
}

function isKnown(name: string): name is keyof typeof VALUES {
  return Object.hasOwn(VALUES, name);
}

function toQuery(fields: Fields, commands: readonly Command[]): Query {
  return {
    commandId: commandOf(fields, commands),
    ...(fields.text !== undefined && { text: textOf(fields, 'text') }),
    ...stateOf(fields),
    skip: numberOf(fields, 'skip'),
    count: numberOf(fields, 'count'),
  };
}

function taskValue(fields: Fields, actions: readonly Command[]): Fields {
  return { commandId: commandOf(fields, actions), commandContext: 'compose' };
}

function commandOf(fields: Fields, commands: readonly Command[]): string {
  const commandId = textOf(fields, 'commandId');
  if (commands.some(({ id }) => id === commandId)) return commandId;
  throw new RequestError(400, `No command “${commandId}”.`);
}

function stateOf(fields: Fields): { state?: string } {
  return fields.state === undefined ? {} : { state: textOf(fields, 'state') };
}

export function settingOf(fields: Fields): Required<Setting> {
  const conversation = asObject(fields.conversation);
  return {
    locale: localeOf(fields),
    conversation: { id: textOf(conversation, 'id'), conversationType: textOf(conversation, 'conversationType') },
  };
}
