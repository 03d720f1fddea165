import type { Project } from './checks/project.ts';
import type { Skipped } from './probes/probe.ts';
import type { ProbeResults } from './probes/probe-all.ts';
import type { StoreState } from './probes/store-state.ts';

/** An error keeps people from searching; with a warning they can, but something will go wrong for somebody. */
type Severity = 'error' | 'warning';

/** Something that is wrong. Both texts name settings, hosts and files; never a secret's value, never a person. */
export interface Issue {
  what: string;
  /** The exact command, or the line to change. */
  fix: string;
  /** Where this one weighs more or less than its check says. */
  severity?: Severity;
}

/** All that checks look at: gathered before any of them looks, so that each is a function of this alone. */
export interface CheckContext {
  project: Project;
  probes: ProbeResults;
  store: StoreState;
  now: number;
}

export const SECTIONS = [
  'Machine',
  'Settings',
  'Bot',
  'Keys',
  'Store',
  'Sign-in',
  'Web Chat',
  'App package',
  'Network',
] as const;
type Section = (typeof SECTIONS)[number];

/** One rule. */
export interface Check {
  /** In kebab-case; stays the same from version to version. docs/DOCTOR.md explains each. */
  id: string;
  section: Section;
  severity: Severity;
  /** What people see in Teams, or don't, while it is wrong. */
  why: string;
  /** Variables without which there is nothing to look at. */
  needs?: readonly string[];
  /** What it looks at that is not on this machine: it is left out with `--offline`. */
  requires?: 'network';
  find(scene: CheckContext): readonly Issue[] | Skipped;
}

/** What a check came to. */
export interface Finding {
  id: string;
  section: Section;
  severity: Severity | 'ok' | 'skipped';
  what?: string;
  why?: string;
  fix?: string;
}
