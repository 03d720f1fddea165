import type { Service } from '../../../local/oauth2/service.ts';
import type { Person } from '../../../local/people.ts';
import { atlassian } from '../oauth2/services/atlassian.ts';
import * as dataCenter from '../oauth2/services/data-center.ts';
import { entra } from '../oauth2/services/entra.ts';
import { gitlab } from '../oauth2/services/gitlab.ts';
import { google } from '../oauth2/services/google.ts';
import { mediawiki } from '../oauth2/services/mediawiki.ts';
import { nextcloud } from '../oauth2/services/nextcloud.ts';
import { notion } from '../oauth2/services/notion.ts';
import { outline } from '../oauth2/services/outline.ts';
import { redmine } from '../oauth2/services/redmine.ts';
import { salesforce } from '../oauth2/services/salesforce.ts';
import { servicenow } from '../oauth2/services/servicenow.ts';
import { slack } from '../oauth2/services/slack.ts';
import { zendesk } from '../oauth2/services/zendesk.ts';
import type { Document } from '../search/documents.ts';
import { graph } from '../search/graph.ts';
import type { StandIn } from '../search/server.ts';
import * as azureDevops from '../search/vendors/azure-devops.ts';
import * as confluence from '../search/vendors/confluence.ts';
import * as dataverse from '../search/vendors/dataverse.ts';
import * as gitlabSearch from '../search/vendors/gitlab.ts';
import { googleDrive } from '../search/vendors/google-drive.ts';
import * as jira from '../search/vendors/jira.ts';
import * as nextcloudSearch from '../search/vendors/nextcloud.ts';
import * as notionSearch from '../search/vendors/notion.ts';
import * as outlineSearch from '../search/vendors/outline.ts';
import * as redmineSearch from '../search/vendors/redmine.ts';
import * as salesforceSearch from '../search/vendors/salesforce.ts';
import { servicenowIncidents, servicenowKnowledge } from '../search/vendors/servicenow.ts';
import * as slackSearch from '../search/vendors/slack.ts';
import { ownDocuments } from '../search/vendors/vendor.ts';
import { zendeskArticles, zendeskTickets } from '../search/vendors/zendesk.ts';

/** The stand-in for the system of a preset. */
interface PresetStandIn {
  service: Service;
  /** `wiki` is the local wiki. */
  search: StandIn | 'wiki';
  /** The addresses of the sign-in and of the API, which the stand-in replaces. */
  vendorOrigins: readonly string[];
  /** The origin of the pages, if the API does not return it. */
  pagesAt?: string;
  /** Values in place of the examples. */
  values?: Readonly<Record<string, string>>;
  /** Seconds. `null`: the response has no lifetime. Default 3600. */
  tokenTtl?: number | null;
}

const ATLASSIAN = ['https://auth.atlassian.com', 'https://api.atlassian.com'];
const DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const GRAPH_SCOPES = ['Files.Read.All', 'Sites.Read.All'].map((name) => `https://graph.microsoft.com/${name}`);
const NO_DEVOPS_TOKEN = { status: 401, body: { message: 'TF400813: The user is not authorized.' } };
const NO_DATAVERSE_TOKEN = {
  status: 401,
  body: {},
  headers: { 'www-authenticate': 'Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize' },
};
const NO_GRAPH_TOKEN = {
  status: 401,
  body: { error: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' } },
};

function atEntra(
  { standIn, origin }: { standIn: StandIn; origin: string },
  scopes: readonly string[],
  unauthorized: typeof NO_DEVOPS_TOKEN | typeof NO_DATAVERSE_TOKEN,
): PresetStandIn {
  return { service: entra(scopes, unauthorized), search: standIn, vendorOrigins: [origin] };
}

function at({ standIn, origin }: { standIn: StandIn; origin: string }, service: Service): PresetStandIn {
  return { service, search: standIn, vendorOrigins: [origin] };
}

const dataverseScopes = [`${dataverse.dataverse.origin}/user_impersonation`];

/** Documents are files of a site. */
const files: StandIn = (requested, { origin, documents }) => {
  const asFile = (document: Document) => ({
    ...document,
    title: `${document.title}.docx`,
    url: `/sites/handbook/Shared%20Documents/${document.id}.docx`,
  });
  return graph(['driveItem', 'listItem'])(requested, { origin, documents: ownDocuments(documents).map(asFile) });
};

/** By the name of the preset. */
export const STAND_INS: Readonly<Record<string, PresetStandIn>> = {
  'azure-devops-wiki': atEntra(azureDevops.wiki, [`${DEVOPS}/vso.wiki`], NO_DEVOPS_TOKEN),
  'azure-devops-work-items': atEntra(azureDevops.workItems, [`${DEVOPS}/vso.work`], NO_DEVOPS_TOKEN),
  'confluence-cloud': { service: atlassian, search: confluence.confluence.standIn, vendorOrigins: ATLASSIAN },
  'confluence-data-center': at(confluence.confluenceDataCenter, dataCenter.confluenceDataCenter),
  dataverse: atEntra(dataverse.dataverse, dataverseScopes, NO_DATAVERSE_TOKEN),
  'dataverse-search': atEntra(dataverse.dataverseSearch, dataverseScopes, NO_DATAVERSE_TOKEN),
  gitlab: at(gitlabSearch.gitlab, gitlab),
  'google-drive': {
    service: google,
    search: googleDrive.standIn,
    vendorOrigins: ['https://accounts.google.com', googleDrive.origin],
  },
  'jira-cloud': { service: atlassian, search: jira.jira.standIn, vendorOrigins: ATLASSIAN },
  'jira-data-center': at(jira.jiraDataCenter, dataCenter.jiraDataCenter),
  'mediawiki-oauth': {
    service: mediawiki,
    search: 'wiki',
    vendorOrigins: ['https://wiki.contoso.example'],
    values: { scriptPath: '' },
  },
  nextcloud: at(nextcloudSearch.nextcloud, nextcloud),
  notion: { ...at(notionSearch.notion, notion), tokenTtl: null },
  outline: at(outlineSearch.outline, outline),
  redmine: at(redmineSearch.redmine, redmine),
  salesforce: { ...at(salesforceSearch.salesforce, salesforce), tokenTtl: null },
  'servicenow-incidents': at(servicenowIncidents, servicenow),
  'servicenow-knowledge': at(servicenowKnowledge, servicenow),
  sharepoint: {
    service: entra(GRAPH_SCOPES, NO_GRAPH_TOKEN),
    search: files,
    vendorOrigins: [],
    pagesAt: 'https://contoso.sharepoint.com',
  },
  slack: at(slackSearch.slack, slack),
  'zendesk-help-center': at(zendeskArticles, zendesk),
  'zendesk-tickets': at(zendeskTickets, zendesk),
};

export function standInOf(preset: string): PresetStandIn {
  const standIn = STAND_INS[preset];
  if (!standIn) throw new Error(`${preset} has no stand-in`);
  return standIn;
}

/** The user name that a person types at the stand-in. Accounts of Entra are whole addresses. */
export function usernameAt(preset: string, { username }: Person): string {
  return standInOf(preset).service.accounts ? username : String(username.split('@')[0]);
}
