/** What users see of a preset. An address that begins with a slash is on the stand-in. */
interface PresetCards {
  /** Of the first result for "lakers". */
  title: string;
  link: string;
  /** The lines between the title and the connection: text, facts with their colors, and the last change. */
  lines: readonly (string | RegExp)[];
  /** The account at the service, as *Your connections* names it. */
  account: string;
  /** The first title of a search without a word. Absent if the API lists nothing recent. */
  recent?: string;
  /** A link that a person pastes, and the title of its card. */
  pasted?: { link: string; title: string /** Default: `link` of the first result. */; opens?: string };
}

const TEXT = 'The Los Angeles Lakers are a basketball team. The Lakers play in Los Angeles; LeBron James did, too.';
const NEXT_TEXT = 'LeBron James played for the Lakers, the Heat and the Cavaliers.';
const EDITED = 'Last edited Mar 1, 2026';
const BY_ADA = `${EDITED} by Ada Example`;
const FULL_NAME = 'Grace Sample';
const ADDRESS = 'grace@contoso.example';
const PAGE = 'Los Angeles Lakers';
const NEWEST = '東京の手引き';
const ISSUE = [
  'Status: Resolved [good]',
  'Assignee: Ada Example',
  'Priority: High',
  'Type: Bug',
  'Due: Apr 1, 2026',
  EDITED,
];

/** By the name of the preset. */
export const CARDS: Readonly<Record<string, PresetCards>> = {
  'azure-devops-wiki': {
    title: 'Los-Angeles-Lakers.md',
    link: 'https://dev.azure.com/contoso/Hand%20book/_git/Hand%20book.wiki?path=%2FSport%2FLos-Angeles-Lakers.md',
    lines: [TEXT, 'Project: Hand book', 'Space: Hand book.wiki'],
    account: ADDRESS,
  },
  'azure-devops-work-items': {
    title: PAGE,
    link: 'https://dev.azure.com/contoso/Hand%20book/_workitems/edit/12',
    lines: [
      TEXT,
      'Type: Bug',
      'Number: 12',
      'Status: Active',
      'Assignee: Grace Example',
      'Project: Hand book',
      'Labels: sport; handbook',
      EDITED,
    ],
    account: ADDRESS,
  },
  'confluence-cloud': {
    title: PAGE,
    link: 'https://contoso.atlassian.net/wiki/spaces/CON/pages/12/Los%20Angeles%20Lakers',
    lines: [TEXT, 'Space: Contoso', 'Type: page', BY_ADA],
    account: FULL_NAME,
    recent: NEWEST,
    pasted: { link: 'https://contoso.atlassian.net/wiki/spaces/CON/pages/12/Los+Angeles+Lakers', title: PAGE },
  },
  'confluence-data-center': {
    title: PAGE,
    link: '/spaces/CON/pages/12/Los%20Angeles%20Lakers',
    lines: [TEXT, 'Space: Contoso', 'Type: page', BY_ADA],
    account: FULL_NAME,
    recent: NEWEST,
    pasted: { link: '/pages/viewpage.action?pageId=12', title: PAGE },
  },
  // Sorted by time.
  dataverse: {
    title: 'LeBron James',
    link: '/main.aspx?pagetype=entityrecord&etn=knowledgearticle&id=d13',
    lines: [NEXT_TEXT, 'Number: KA-d13', 'Status: Published', BY_ADA],
    account: ADDRESS,
    recent: NEWEST,
    pasted: {
      link: '/main.aspx?appid=a1&pagetype=entityrecord&etn=knowledgearticle&id=d12',
      title: PAGE,
      opens: '/main.aspx?pagetype=entityrecord&etn=knowledgearticle&id=d12',
    },
  },
  'dataverse-search': {
    title: PAGE,
    link: '/main.aspx?pagetype=entityrecord&etn=knowledgearticle&id=d12',
    lines: [TEXT, 'Type: knowledgearticle', EDITED],
    account: ADDRESS,
  },
  // Sorted by time.
  gitlab: {
    title: 'LeBron James',
    link: '/contoso/handbook/-/issues/13',
    lines: [
      NEXT_TEXT,
      'Status: opened [good]',
      'Number: contoso/handbook#13',
      'Assignee: Grace Example',
      'Labels: handbook, sport',
      EDITED,
    ],
    account: 'grace',
    recent: NEWEST,
  },
  'google-drive': {
    title: PAGE,
    link: 'https://docs.google.com/document/d/d12/edit',
    lines: [BY_ADA],
    account: FULL_NAME,
    recent: NEWEST,
    pasted: { link: 'https://docs.google.com/document/d/d12/edit?tab=t.0#heading=h.1', title: PAGE },
  },
  'jira-cloud': {
    title: `SUP-12 · ${PAGE}`,
    link: 'https://contoso.atlassian.net/browse/SUP-12',
    lines: [TEXT.replace(';', ''), ...ISSUE],
    account: FULL_NAME,
    recent: `SUP-58 · ${NEWEST}`,
    pasted: { link: 'https://contoso.atlassian.net/browse/SUP-12?focusedCommentId=7', title: `SUP-12 · ${PAGE}` },
  },
  'jira-data-center': {
    title: `SUP-12 · ${PAGE}`,
    link: '/browse/SUP-12',
    lines: [TEXT, ...ISSUE],
    account: FULL_NAME,
    recent: `SUP-58 · ${NEWEST}`,
    pasted: { link: '/browse/SUP-12', title: `SUP-12 · ${PAGE}` },
  },
  // The local wiki has other pages than the other stand-ins.
  'mediawiki-oauth': {
    title: PAGE,
    link: '/wiki/Los_Angeles_Lakers',
    lines: [/^The Los Angeles Lakers are a basketball team from Los Angeles/, /^Last edited .+ by Ada Example$/],
    account: 'Grace',
    recent: 'Victor Oladipo',
    pasted: { link: '/wiki/Iceland', title: 'Iceland', opens: '/wiki/Iceland' },
  },
  nextcloud: {
    title: PAGE,
    link: '/f/12',
    lines: ['in Handbook/Sport'],
    account: FULL_NAME,
    recent: NEWEST,
  },
  notion: {
    title: PAGE,
    link: 'https://app.notion.com/p/Page-d12',
    lines: [EDITED],
    account: FULL_NAME,
    recent: NEWEST,
  },
  outline: {
    title: PAGE,
    link: '/doc/page-d12',
    lines: [TEXT, BY_ADA],
    account: FULL_NAME,
    recent: NEWEST,
  },
  redmine: {
    title: `Feature #12 (New): ${PAGE}`,
    link: '/issues/12',
    lines: [TEXT, 'Type: issue', EDITED],
    account: 'grace',
    recent: `Feature #58: ${NEWEST}`,
    pasted: { link: '/issues/12', title: `Feature #12: ${PAGE}` },
  },
  // One object after the other: the accounts have even numbers. Recent are cases.
  salesforce: {
    title: PAGE,
    link: 'https://contoso.lightning.force.com/lightning/r/Account/001000000000000012/view',
    lines: [TEXT, 'Assignee: Beth Owner', 'Type: Account', BY_ADA],
    account: ADDRESS,
    recent: '00000057 Names',
    pasted: {
      link: 'https://contoso.lightning.force.com/lightning/r/Case/500000000000000013/view',
      title: '00000013 LeBron James',
      opens: 'https://contoso.lightning.force.com/lightning/r/Case/500000000000000013/view',
    },
  },
  // Sorted by time.
  'servicenow-incidents': {
    title: 'INC0000013 · LeBron James',
    link: '/incident.do?sys_id=00000000000000000000000000000013',
    lines: [
      NEXT_TEXT,
      'Status: In Progress [accent]',
      'Assignee: Beth Anglin',
      'Priority: 1 - Critical',
      'Category: Network',
      `${EDITED} by ada.example`,
    ],
    account: FULL_NAME,
    recent: `INC0000058 · ${NEWEST}`,
    pasted: {
      link: '/incident.do?sys_id=00000000000000000000000000000012',
      title: `INC0000012 · ${PAGE}`,
      opens: '/incident.do?sys_id=00000000000000000000000000000012',
    },
  },
  // Sorted by time.
  'servicenow-knowledge': {
    title: 'LeBron James',
    link: '/kb_view.do?sys_kb_id=00000000000000000000000000000013',
    lines: ['Number: KB0000013', 'Category: Basketball', `${EDITED} by ada.example`],
    account: FULL_NAME,
    recent: NEWEST,
    pasted: {
      link: '/kb_view.do?sys_kb_id=00000000000000000000000000000012',
      title: PAGE,
      opens: '/kb_view.do?sys_kb_id=00000000000000000000000000000012',
    },
  },
  sharepoint: {
    title: `${PAGE}.docx`,
    link: 'https://contoso.sharepoint.com/sites/handbook/Shared%20Documents/d12.docx',
    lines: [`${TEXT} …`, 'Type: Document', 'Site: handbook', BY_ADA],
    account: ADDRESS,
    recent: `${NEWEST}.docx`,
    pasted: { link: 'https://contoso.sharepoint.com/:w:/s/handbook/d12', title: `${PAGE}.docx` },
  },
  // A message has no title.
  slack: {
    title: '#los-angeles-lakers · Ada Example',
    link: 'https://contoso.slack.com/archives/Cd12/p1772367120000200',
    lines: [TEXT, BY_ADA],
    account: 'grace',
  },
  'zendesk-help-center': {
    title: PAGE,
    link: '/hc/en-us/articles/360012-Los-Angeles-Lakers',
    lines: [TEXT, 'Labels: teams, basketball', EDITED],
    account: FULL_NAME,
    recent: NEWEST,
    pasted: { link: '/hc/de/articles/360012', title: PAGE },
  },
  'zendesk-tickets': {
    title: `#360012 · ${PAGE}`,
    link: '/agent/tickets/360012',
    lines: [
      TEXT,
      'Status: open [attention]',
      'Priority: urgent',
      'Type: incident',
      'Labels: teams, basketball',
      EDITED,
    ],
    account: FULL_NAME,
    recent: `#360058 · ${NEWEST}`,
    pasted: { link: '/agent/tickets/360012', title: `#360012 · ${PAGE}` },
  },
};
