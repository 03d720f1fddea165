import type { Service } from '../../../local/oauth2/service.ts';
import type { Person } from '../../../local/people.ts';
import { atlassian } from '../oauth2/services/atlassian.ts';
import { confluenceDataCenter, jiraDataCenter } from '../oauth2/services/data-center.ts';
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
import { VENDORS } from '../search/vendors/all.ts';
import { ownDocuments } from '../search/vendors/vendor.ts';

/** The stand-in for the system of a preset: its sign-in, and what differs from the vendor's API in {@link VENDORS}. */
interface PresetStandIn {
  service: Service;
  /** The API, if it is not a vendor's. `wiki` is the local wiki. */
  search?: StandIn | 'wiki';
  /** The addresses of the sign-in and of the API, which the stand-in replaces. Default: the API of the vendor. */
  vendorOrigins?: readonly string[];
  /** The origin of the pages, if the API does not return it. */
  pagesAt?: string;
  /** Values in place of the examples. */
  values?: Readonly<Record<string, string>>;
  /** `null`: the response has no lifetime. */
  tokenTtl?: null;
}

const ATLASSIAN = ['https://auth.atlassian.com', 'https://api.atlassian.com'];
const DATAVERSE_SCOPES = ['https://contoso.crm.dynamics.com/user_impersonation'];
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
  'azure-devops-wiki': { service: entra([`${DEVOPS}/vso.wiki`], NO_DEVOPS_TOKEN) },
  'azure-devops-work-items': { service: entra([`${DEVOPS}/vso.work`], NO_DEVOPS_TOKEN) },
  'confluence-cloud': { service: atlassian, vendorOrigins: ATLASSIAN },
  'confluence-data-center': { service: confluenceDataCenter },
  dataverse: { service: entra(DATAVERSE_SCOPES, NO_DATAVERSE_TOKEN) },
  'dataverse-search': { service: entra(DATAVERSE_SCOPES, NO_DATAVERSE_TOKEN) },
  gitlab: { service: gitlab },
  'google-drive': {
    service: google,
    vendorOrigins: ['https://accounts.google.com', 'https://www.googleapis.com'],
  },
  'jira-cloud': { service: atlassian, vendorOrigins: ATLASSIAN },
  'jira-data-center': { service: jiraDataCenter },
  'mediawiki-oauth': {
    service: mediawiki,
    search: 'wiki',
    vendorOrigins: ['https://wiki.contoso.example'],
    values: { scriptPath: '' },
  },
  nextcloud: { service: nextcloud },
  notion: { service: notion, tokenTtl: null },
  outline: { service: outline },
  redmine: { service: redmine },
  salesforce: { service: salesforce, tokenTtl: null },
  'servicenow-incidents': { service: servicenow },
  'servicenow-knowledge': { service: servicenow },
  sharepoint: {
    service: entra(GRAPH_SCOPES, NO_GRAPH_TOKEN),
    search: files,
    vendorOrigins: [],
    pagesAt: 'https://contoso.sharepoint.com',
  },
  slack: { service: slack },
  'zendesk-help-center': { service: zendesk },
  'zendesk-tickets': { service: zendesk },
};

export function standInOf(preset: string) {
  const standIn = STAND_INS[preset];
  const vendor = VENDORS.find((each) => each.preset === preset);
  const search = standIn?.search ?? vendor?.standIn;
  if (!standIn || !search) throw new Error(`${preset} has no stand-in`);
  return { vendorOrigins: vendor ? [vendor.origin] : [], ...standIn, search };
}

/** The user name that a person types at the stand-in. Accounts of Entra are whole addresses. */
export function usernameAt(preset: string, { username }: Person): string {
  return standInOf(preset).service.accounts ? username : String(username.split('@')[0]);
}
