import type { Project } from './checks/project.ts';
import type { Skipped } from './probes/probe.ts';
import type { ProbeResults } from './probes/probe-all.ts';
import type { StoreState } from './probes/store-state.ts';

/** An error stops people from searching. A warning predicts a failure for some of them. */
type Severity = 'error' | 'warning';

/** The texts name settings, hosts and files, never a secret's value or a person. */
export interface Issue {
  what: string;
  /** A command, or the line to change. */
  fix: string;
  severity?: Severity;
  /** If it is not the check's. */
  why?: string;
}

/** Complete before the first check runs, so that each check is a pure function. */
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

export interface Check {
  /** Kebab-case, stable between versions, explained in docs/DOCTOR.md. */
  id: string;
  section: Section;
  severity: Severity;
  /** The effect that people see in Teams. */
  why: string;
  needs?: readonly string[];
  requires?: 'network';
  find(scene: CheckContext): readonly Issue[] | Skipped;
}

export interface Finding {
  id: string;
  section: Section;
  severity: Severity | 'ok' | 'skipped';
  what?: string;
  why?: string;
  fix?: string;
}
