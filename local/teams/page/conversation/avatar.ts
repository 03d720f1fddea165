import { PEOPLE, type Person } from '../../../people.ts';
import { h } from '../dom/dom.ts';
import { icon } from '../dom/icons.ts';
import { BOT } from './chats.ts';

/** Decorative: the name is beside it. */
export function avatar(person: Person): HTMLElement {
  if (person === BOT) return h('span', { class: 'app-icon', 'aria-hidden': 'true' }, icon('key'));
  const initials = person.name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('');
  return h('span', { class: 'avatar', 'data-colour': String(PEOPLE.indexOf(person)), 'aria-hidden': 'true' }, initials);
}

/** Shows two at most, overlapping. */
export function avatars(people: readonly Person[]): HTMLElement {
  if (people.length === 1 && people[0]) return avatar(people[0]);
  return h('span', { class: 'avatar-group', 'aria-hidden': 'true' }, ...people.slice(0, 2).map(avatar));
}
