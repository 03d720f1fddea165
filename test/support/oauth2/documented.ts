import { readFileSync } from 'node:fs';
import { CLIENT } from '../../../local/people.ts';
import type { Service } from './service.ts';
import { atlassian } from './services/atlassian.ts';
import { mediawiki } from './services/mediawiki.ts';
import { notion } from './services/notion.ts';
import { servicenow } from './services/servicenow.ts';
import { slack } from './services/slack.ts';
import { zendesk } from './services/zendesk.ts';

/** The entries of docs/OAUTH2.md, by their id, and what stands in for each service. */
export const DOCUMENTED = {
  mediawiki,
  confluence: atlassian,
  jira: atlassian,
  servicenow,
  zendesk,
  slack,
  notion,
} as const satisfies Record<string, Service>;
export type DocumentedId = keyof typeof DOCUMENTED;

export type SignInEntry = Record<string, unknown> & { type: string };

const page = readFileSync(new URL('../../../docs/OAUTH2.md', import.meta.url), 'utf8');
const entries = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => json);

/** A documented `signIn`, at an origin that stands in for the service, with its stand-in's client. */
export function documentedSignIn(id: DocumentedId, origin: string): SignInEntry {
  const json = entries.find((entry) => JSON.parse(entry).id === id);
  if (json === undefined) throw new Error(`docs/OAUTH2.md has no entry ${id}`);
  const moved = json
    .replace(/https:\/\/wiki\.contoso\.example\/w(?=\/)/g, origin)
    .replace(/https:\/\/(?!contoso\.atlassian\.net)[a-z.-]+/g, origin)
    .replace(/\$\{\w+_CLIENT_ID\}/g, CLIENT.id)
    .replace(/\$\{\w+_CLIENT_SECRET\}/g, CLIENT.secret);
  return (JSON.parse(moved) as { signIn: SignInEntry }).signIn;
}
