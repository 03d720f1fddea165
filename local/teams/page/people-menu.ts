import { peopleByKey, tenantName } from '../cast.ts';
import { type Choices, THEMES, type Theme } from './choices/choices.ts';
import { LANGUAGES } from './choices/languages.ts';
import { avatar } from './conversation/avatar.ts';
import { byId, h } from './dom/dom.ts';

/** In the title bar: user, theme and language. */
export function setUpMenus(chosen: Choices, change: (change: Partial<Choices>) => void): void {
  const people = byId<HTMLSelectElement>('person');
  people.append(...[...peopleByKey].map(([key, person]) => option(key, `${person.name} (${tenantName(person)})`)));
  people.value = chosen.personKey;
  people.addEventListener('change', () => {
    const person = peopleByKey.get(people.value);
    if (person) change({ personKey: people.value, person });
  });
  const themes = byId<HTMLSelectElement>('theme');
  themes.append(...Object.entries(THEMES).map(([key, text]) => option(key, text)));
  themes.value = chosen.theme;
  themes.addEventListener('change', () => change({ theme: themes.value as Theme }));
  setUpLanguages(chosen, change);
}

/** Adds a language that only the address names. */
function setUpLanguages({ locale }: Choices, change: (change: Partial<Choices>) => void): void {
  const languages = byId<HTMLSelectElement>('language');
  const offered = Object.entries({ ...LANGUAGES, ...(!(locale in LANGUAGES) && { [locale]: locale }) });
  languages.append(...offered.map(([tag, text]) => h('option', { value: tag, lang: tag }, text)));
  languages.value = locale;
  languages.addEventListener('change', () => change({ locale: languages.value }));
}

export function showChoices({ person, theme }: Choices): void {
  document.documentElement.dataset.theme = theme;
  byId('person-avatar').replaceChildren(avatar(person));
}

function option(value: string, text: string): HTMLOptionElement {
  return h('option', { value }, text);
}
