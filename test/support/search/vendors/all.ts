import { wiki, workItems } from './azure-devops.ts';
import { confluence, confluenceDataCenter } from './confluence.ts';
import { dataverse, dataverseSearch } from './dataverse.ts';
import { gitlab } from './gitlab.ts';
import { googleDrive } from './google-drive.ts';
import { jira, jiraDataCenter } from './jira.ts';
import { nextcloud } from './nextcloud.ts';
import { notion } from './notion.ts';
import { outline } from './outline.ts';
import { redmine } from './redmine.ts';
import { salesforce } from './salesforce.ts';
import { servicenowIncidents, servicenowKnowledge } from './servicenow.ts';
import { slack } from './slack.ts';
import type { Vendor } from './vendor.ts';
import { zendeskArticles, zendeskArticlesOfEndUsers, zendeskTickets } from './zendesk.ts';

/** The stand-ins for the APIs of the presets. Add a new one here. If a preset has several, the first is for the preset
 * itself. */
export const VENDORS: readonly Vendor[] = [
  confluence,
  confluenceDataCenter,
  dataverse,
  dataverseSearch,
  gitlab,
  googleDrive,
  jira,
  jiraDataCenter,
  nextcloud,
  notion,
  outline,
  redmine,
  salesforce,
  servicenowIncidents,
  servicenowKnowledge,
  slack,
  wiki,
  workItems,
  zendeskArticles,
  zendeskArticlesOfEndUsers,
  zendeskTickets,
];
