import type { Service } from '../../../local/oauth2/service.ts';
import { CLIENT } from '../../../local/people.ts';
import { exampleConnection } from '../project/presets.ts';
import { atlassian } from './services/atlassian.ts';
import { mediawiki } from './services/mediawiki.ts';
import { notion } from './services/notion.ts';
import { servicenow } from './services/servicenow.ts';
import { slack } from './services/slack.ts';
import { zendesk } from './services/zendesk.ts';

/** Services with OAuth 2.0 sign-in and a preset, each with its stand-in. */
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

const PRESETS: Record<DocumentedId, string> = {
  mediawiki: 'mediawiki-oauth',
  confluence: 'confluence-cloud',
  jira: 'jira-cloud',
  servicenow: 'servicenow-knowledge',
  zendesk: 'zendesk-tickets',
  slack: 'slack',
  notion: 'notion',
};

/** The `signIn` of a preset, at the origin of a stand-in, with the stand-in's client. */
export function documentedSignIn(id: DocumentedId, origin: string) {
  const { signIn } = exampleConnection(PRESETS[id], CLIENT);
  const moved = JSON.stringify(signIn)
    .replace(/https:\/\/wiki\.contoso\.example\/w(?=\/)/g, origin)
    .replace(/https:\/\/(?!contoso\.atlassian\.net)[a-z.-]+/g, origin);
  return JSON.parse(moved) as typeof signIn;
}
