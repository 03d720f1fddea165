import { dayName, daysFrom, GAMES } from '../atlassian/games.ts';
import { ADA, GRACE, LINUS, type Person } from '../people.ts';
import type { Page, Space } from './page.ts';

const HOUR_MS = 60 * 60_000;
/** Between the edits of two pages in the list. */
const STEP_HOURS = 19;

const SPACES = {
  LAK: { key: 'LAK', name: 'Lakers partnership' },
  WEB: { key: 'WEB', name: 'Web team' },
  IT: { key: 'IT', name: 'IT handbook' },
  HR: { key: 'HR', name: 'People and culture' },
} as const satisfies Record<string, Space>;

interface Draft {
  space: keyof typeof SPACES;
  type?: Page['type'];
  title: string;
  body: string;
  by: Person;
  visibleTo?: readonly Person[];
}

const SINGLE: readonly Draft[] = [
  {
    space: 'LAK',
    title: 'Lakers partnership: start here',
    body: 'Contoso has been a partner of the Los Angeles Lakers for four seasons. The partnership gives us a suite with twelve seats, tickets for employees, and the right to use the logo in campaigns.\nQuestions go to Grace Sample. Tasks are in the Jira project LAK.',
    by: GRACE,
  },
  {
    space: 'LAK',
    title: 'How to invite customers to a Lakers game',
    body: 'Each account manager may propose two guests for a game of the Lakers. Send the names three weeks before the game. The event team writes the invitation.\nGuests of public authorities need the approval of the legal team first.',
    by: GRACE,
  },
  {
    space: 'LAK',
    title: 'Rules for the Lakers logo',
    body: 'Use the logo of the Lakers only in the colors of the style guide. Do not put it next to prices. The partner team of the club approves each campaign within five working days.',
    by: ADA,
  },
  {
    space: 'LAK',
    title: 'Sponsorship renewal: negotiation notes',
    body: 'Notes for the talks with the Lakers about the next three seasons. Only Grace may read this page.',
    by: GRACE,
    visibleTo: [GRACE],
  },
  {
    space: 'LAK',
    type: 'blogpost',
    title: 'The winners of the Lakers ticket raffle',
    body: 'Two colleagues of the Reykjavik office won the tickets for the next Lakers game. The next raffle starts on the first Monday of the month.',
    by: LINUS,
  },
  {
    space: 'LAK',
    title: 'Suite checklist',
    body: 'Open the suite two hours before the game. Count the seats, test the screen, and put the name cards on the tables. The catering comes through the north entrance.',
    by: LINUS,
  },
  {
    space: 'WEB',
    title: 'Lakers landing page: how it is built',
    body: 'The page reads the schedule of the Lakers from a feed once an hour. If the feed fails, the page shows the last schedule with a note.',
    by: ADA,
  },
  {
    space: 'WEB',
    title: 'Release calendar',
    body: 'Releases are on Tuesdays. There is no release on the day of a home game, because the event team needs the raffle form.',
    by: ADA,
  },
  {
    space: 'WEB',
    title: 'Raffle form: fields and checks',
    body: 'The form asks for a name, an e-mail address and an office. Names may have letters of every language, blanks, hyphens and apostrophes.',
    by: LINUS,
  },
  {
    space: 'IT',
    title: 'Guest network',
    body: 'Guests get a code for one day at the reception. In the suite, the code is on the name card.',
    by: LINUS,
  },
  {
    space: 'IT',
    title: 'Laptops for events',
    body: 'The event team has six laptops. Book one with a Jira issue in the project IT. Bring it back on the next working day.',
    by: LINUS,
  },
  {
    space: 'IT',
    title: 'Badges and doors',
    body: 'A badge opens the doors of your own office. For other offices, ask the reception there. Lost badges are blocked within minutes.',
    by: ADA,
  },
  {
    space: 'IT',
    title: 'Two-step sign-in',
    body: 'Every account needs a second factor. Use the app or a security key. Text messages are no longer offered.',
    by: ADA,
  },
  {
    space: 'HR',
    title: 'Tickets as a benefit',
    body: 'Employees may take part in the raffle for Lakers tickets each month. A ticket is a benefit in kind. The payroll team takes care of the tax.',
    by: GRACE,
  },
  {
    space: 'HR',
    title: 'Your first week',
    body: 'On Monday you get a laptop and a badge. On Tuesday you meet your team. On Wednesday the web team shows you the intranet.',
    by: GRACE,
  },
  {
    space: 'HR',
    title: 'Travel expenses',
    body: 'Send receipts within four weeks. For trips with customers, add the names of the guests.',
    by: GRACE,
  },
  {
    space: 'HR',
    type: 'blogpost',
    title: 'Summer party in Los Angeles',
    body: 'The office in Los Angeles invites to its summer party. A former player of the Lakers signs jerseys.',
    by: LINUS,
  },
  {
    space: 'HR',
    title: 'Gifts and invitations',
    body: 'You may accept small gifts. Invitations to sport events, such as a game of the Lakers, need the approval of your manager.',
    by: GRACE,
  },
];

/** About thirty pages of an invented company. @param now the reference for dates */
export function loadPages(now: Date): Page[] {
  return [...SINGLE, ...gamePages(now)].map(({ space, by, type = 'page', ...draft }, at) => ({
    ...draft,
    type,
    id: String(98_400 + at),
    space: SPACES[space],
    by: by.name,
    edited: new Date(now.getTime() - (2 + at * STEP_HOURS) * HOUR_MS).toISOString(),
  }));
}

function gamePages(now: Date): Draft[] {
  return GAMES.flatMap(({ opponent, days }): Draft[] => {
    const day = dayName(daysFrom(now, days));
    const guide: Draft = {
      space: 'LAK',
      title: `Game guide: Lakers vs. ${opponent}`,
      body: `The Lakers play the ${opponent} on ${day}. Doors open at six. Guests meet at the north entrance, and the host of Contoso brings them to the suite.`,
      by: LINUS,
    };
    const report: Draft = {
      space: 'LAK',
      type: 'blogpost',
      title: `Game report: Lakers vs. ${opponent}`,
      body: `Twelve guests saw the Lakers play the ${opponent} on ${day}. They liked the seats and the food. The way to the car park took too long.`,
      by: GRACE,
    };
    return days < 0 ? [guide, report] : [guide];
  });
}
