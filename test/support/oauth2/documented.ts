import { readdirSync, readFileSync } from 'node:fs';
import { CLIENT } from '../../../local/people.ts';
import type { Service } from './service.ts';
import { atlassian } from './services/atlassian.ts';
import { mediawiki } from './services/mediawiki.ts';
import { notion } from './services/notion.ts';
import { servicenow } from './services/servicenow.ts';
import { slack } from './services/slack.ts';
import { zendesk } from './services/zendesk.ts';

/** What stands in for the service of a documented entry, by the name in the entry's variables. */
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

type SignInEntry = Record<string, unknown> & { type: string };

const docs = new URL('../../../docs/', import.meta.url);
const connectPages = readdirSync(new URL('connect/', docs)).map((name) => `connect/${name}`);

/** Every `signIn` of the type `oauth2` in the documentation. */
export const DOCUMENTED_SIGN_INS: readonly { id: DocumentedId; page: string }[] = [
  'OAUTH2.md',
  ...connectPages,
].flatMap((page) =>
  (Object.keys(DOCUMENTED) as DocumentedId[])
    .filter((id) => blockOf(id, page) !== undefined)
    .map((id) => ({ id, page })),
);

/** A documented `signIn`, at an origin that stands in for the service, with its stand-in's client. */
export function documentedSignIn(id: DocumentedId, origin: string, page = pageOf(id)): SignInEntry {
  const json = page === undefined ? undefined : blockOf(id, page);
  if (json === undefined) throw new Error(`docs/${page ?? ''} has no entry for ${id}`);
  const moved = json
    .replace(/https:\/\/wiki\.contoso\.example\/w(?=\/)/g, origin)
    .replace(/https:\/\/(?!contoso\.atlassian\.net)[a-z.-]+/g, origin)
    .replace(/\$\{\w+_CLIENT_ID\}/g, CLIENT.id)
    .replace(/\$\{\w+_CLIENT_SECRET\}/g, CLIENT.secret);
  const entry = JSON.parse(moved) as SignInEntry & { signIn?: SignInEntry };
  return entry.signIn ?? entry;
}

function pageOf(id: DocumentedId): string | undefined {
  return DOCUMENTED_SIGN_INS.find((entry) => entry.id === id)?.page;
}

function blockOf(id: DocumentedId, page: string): string | undefined {
  const text = readFileSync(new URL(page, docs), 'utf8');
  const blocks = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => json);
  return blocks.find((json) => json.includes('"oauth2"') && json.includes(`\${${id.toUpperCase()}_CLIENT_ID}`));
}
