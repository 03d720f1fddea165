import { dayName, daysFrom, GAMES } from '../atlassian/games.ts';
import { ADA, GRACE, LINUS, type Person } from '../people.ts';
import { DONE, dueDate, IN_PROGRESS, type Issue, type Status, TO_DO } from './issue.ts';

const HOUR_MS = 60 * 60_000;

type Draft = Omit<Issue, 'id' | 'key' | 'updated' | 'due'> & {
  project: 'LAK' | 'WEB' | 'IT';
  /** From today. */
  dueDays?: number;
};

/** To be done for each game. `days` is from the game to the due date. */
const GAME_TASKS: readonly {
  summary: string;
  days: number;
  priority: Issue['priority'];
  assignee: Person;
  describe(opponent: string, day: string): string;
}[] = [
  {
    summary: 'Book the suite',
    days: -14,
    priority: 'High',
    assignee: ADA,
    describe: (opponent, day) =>
      `Reserve the Contoso suite for the Lakers game against the ${opponent} on ${day}: twelve seats, parking for two cars.`,
  },
  {
    summary: 'Invite customers',
    days: -8,
    priority: 'Medium',
    assignee: GRACE,
    describe: (opponent, day) =>
      `Send the invitations for the Lakers game against the ${opponent} (${day}). The list of guests is in Confluence.`,
  },
  {
    summary: 'Order the catering',
    days: -2,
    priority: 'Low',
    assignee: LINUS,
    describe: (opponent, day) =>
      `Order dinner for the guests on ${day}, Lakers against ${opponent}. Ask for allergies first.`,
  },
  {
    summary: 'Collect feedback',
    days: 4,
    priority: 'Medium',
    assignee: GRACE,
    describe: (opponent, day) =>
      `Ask the guests of ${day} (Lakers against ${opponent}) how they liked it, and write a short report.`,
  },
];

const SINGLE: readonly Draft[] = [
  {
    project: 'WEB',
    type: 'Bug',
    summary: 'Lakers landing page shows the schedule of last season',
    description: 'The page for Lakers fans still lists the games of last season. The feed moved to a new address.',
    status: IN_PROGRESS,
    priority: 'Highest',
    assignee: ADA,
    dueDays: 2,
  },
  {
    project: 'LAK',
    type: 'Story',
    summary: 'Lakers ticket raffle for all employees',
    description: 'Each month, two employees win tickets for a Lakers game. Winners are drawn on the first Monday.',
    status: TO_DO,
    priority: 'Medium',
    assignee: LINUS,
    dueDays: 26,
  },
  {
    project: 'LAK',
    type: 'Task',
    summary: 'Renewal of the Lakers sponsorship (confidential)',
    description: 'Prepare the offer for the next three seasons of the Lakers partnership. Do not share the numbers.',
    status: IN_PROGRESS,
    priority: 'Highest',
    assignee: GRACE,
    dueDays: 9,
    visibleTo: [GRACE],
  },
  {
    project: 'WEB',
    type: 'Bug',
    summary: 'Raffle form rejects names with an apostrophe',
    description: "O'Brien cannot take part in the Lakers raffle: the form reports an invalid name.",
    status: DONE,
    priority: 'High',
    assignee: ADA,
    dueDays: -6,
  },
  {
    project: 'WEB',
    type: 'Story',
    summary: 'Photos of the Lakers games in the intranet gallery',
    description: 'Guests upload their photos themselves. A moderator publishes them.',
    status: TO_DO,
    priority: 'Low',
  },
  {
    project: 'IT',
    type: 'Task',
    summary: 'New laptops for the event team',
    description: 'Three laptops with the standard image. The old ones go back to the depot.',
    status: IN_PROGRESS,
    priority: 'Medium',
    assignee: LINUS,
    dueDays: 12,
  },
  {
    project: 'IT',
    type: 'Bug',
    summary: 'Badge reader at the east door needs three attempts',
    description: 'Most badges work at the third attempt. The reader at the west door is fine.',
    status: TO_DO,
    priority: 'High',
    assignee: ADA,
    dueDays: 5,
  },
  {
    project: 'IT',
    type: 'Task',
    summary: 'Guest network for the suite',
    description: 'Guests of the suite need a network without a password of an employee.',
    status: DONE,
    priority: 'Medium',
    assignee: GRACE,
    dueDays: -15,
  },
];

/** About forty issues of an invented company. @param now the reference for dates */
export function loadIssues(now: Date): Issue[] {
  const numbers = new Map<string, number>();
  return [...SINGLE, ...gameIssues(now)].map(({ project, dueDays, ...draft }, at) => {
    const number = (numbers.get(project) ?? 0) + 1;
    numbers.set(project, number);
    return {
      ...draft,
      id: String(10_100 + at),
      key: `${project}-${number}`,
      updated: new Date(now.getTime() - hoursAgo(at, dueDays) * HOUR_MS).toISOString(),
      ...(dueDays !== undefined && { due: dueDate(now, dueDays) }),
    };
  });
}

function gameIssues(now: Date): Draft[] {
  return GAMES.flatMap(({ opponent, days }) =>
    GAME_TASKS.map((task): Draft => {
      const dueDays = days + task.days;
      return {
        project: 'LAK',
        type: 'Task',
        summary: `${task.summary}: Lakers vs. ${opponent}`,
        description: task.describe(opponent, dayName(daysFrom(now, days))),
        status: statusAt(dueDays),
        priority: task.priority,
        assignee: task.assignee,
        dueDays,
      };
    }),
  );
}

function statusAt(dueDays: number): Status {
  if (dueDays < 0) return DONE;
  return dueDays < 12 ? IN_PROGRESS : TO_DO;
}

/** An issue that is past its date changed last then, the others in the last days. */
function hoursAgo(at: number, dueDays = 1): number {
  const spread = 1 + ((at * 37) % 70);
  return dueDays < 0 ? -dueDays * 24 + (spread % 12) : spread;
}
