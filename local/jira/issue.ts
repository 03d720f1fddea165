import { daysFrom } from '../atlassian/games.ts';
import type { Person } from '../people.ts';

export interface Issue {
  /** `LAK-12` */
  key: string;
  id: string;
  summary: string;
  /** Jira's wiki markup. */
  description: string;
  type: 'Task' | 'Bug' | 'Story';
  status: Status;
  priority: 'Highest' | 'High' | 'Medium' | 'Low';
  assignee?: Person;
  /** `2026-03-31` */
  due?: string;
  /** ISO 8601, UTC. */
  updated: string;
  /** The only people who may see it. Absent: everyone. */
  visibleTo?: readonly Person[];
}

export interface Status {
  name: string;
  category: keyof typeof CATEGORIES;
}

/** The colors of Data Center 8 and later. Jira Cloud has `blue-gray`, `yellow` and `green`. */
const CATEGORIES = {
  new: { id: 2, key: 'new', colorName: 'default', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'inprogress', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'success', name: 'Done' },
} as const;

export const TO_DO: Status = { name: 'To Do', category: 'new' };
export const IN_PROGRESS: Status = { name: 'In Progress', category: 'indeterminate' };
export const DONE: Status = { name: 'Done', category: 'done' };

const PRIORITY_IDS: Record<Issue['priority'], string> = { Highest: '1', High: '2', Medium: '3', Low: '4' };

/** @param days from now */
export function dueDate(now: Date, days: number): string {
  return daysFrom(now, days).toISOString().slice(0, 10);
}

/** All fields, as the REST API has them. */
export function fieldsOf(issue: Issue): Record<string, unknown> {
  const { summary, description, type, status, priority, assignee, due, updated } = issue;
  return {
    summary,
    description: `${description}\r\n`,
    updated: updated.replace('Z', '+0000'),
    status: { name: status.name, statusCategory: CATEGORIES[status.category] },
    assignee: assignee
      ? { name: assignee.username, key: userKey(assignee), displayName: assignee.name, active: true }
      : null,
    priority: { id: PRIORITY_IDS[priority], name: priority },
    issuetype: { name: type, subtask: false },
    duedate: due ?? null,
  };
}

/** Stays when the user name changes. */
export function userKey({ objectId }: Person): string {
  return `JIRAUSER${10_000 + Number(objectId.slice(-4))}`;
}
