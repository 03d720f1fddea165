import type { Person } from '../../../people.ts';
import { peopleByKey } from '../../cast.ts';
import type { Command } from '../../page-api.ts';
import { localeOf } from './languages.ts';

/** Teams' theme names in teams-js. */
export const THEMES = { default: 'Light', dark: 'Dark', contrast: 'High contrast' } as const;
export type Theme = keyof typeof THEMES;

export interface Choices {
  /** A key of `cast.ts`: `ada`. */
  personKey: string;
  person: Person;
  theme: Theme;
  command: Command;
  /** The activity's locale. */
  locale: string;
  /** `phone`: Teams' layout on a phone, in an outline. */
  frame: 'window' | 'phone';
}

/** Reads the page's address. A missing or invalid value gets a default. */
export function readChoices(commands: readonly Command[], search = location.search): Choices {
  const requested = new URLSearchParams(search);
  const [personKey, person] = personOf(requested.get('person'));
  const command = commands.find(({ id }) => id === requested.get('command')) ?? commands[0];
  if (!command) throw new Error('The Teams client has no commands.');
  const [theme, locale] = [themeOf(requested.get('theme')), localeOf(requested.get('locale'))];
  return { personKey, person, theme, command, locale, frame: requested.get('frame') === 'phone' ? 'phone' : 'window' };
}

/** A reload keeps the choices in the address. */
export function writeChoices({ personKey, theme, command, locale, frame }: Choices): void {
  const query = new URLSearchParams({ person: personKey, theme, command: command.id, locale });
  if (frame === 'phone') query.set('frame', frame);
  history.replaceState(null, '', `?${query}`);
}

function personOf(key: string | null): [string, Person] {
  const entry = [...peopleByKey].find(([name]) => name === key) ?? [...peopleByKey][0];
  if (!entry) throw new Error('The cast is empty.');
  return entry;
}

function themeOf(name: string | null): Theme {
  return name !== null && name in THEMES ? (name as Theme) : 'default';
}
