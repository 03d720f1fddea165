import type { Product } from '../atlassian/product.ts';
import { type LocalAccount, plain } from '../identity-provider/issuers.ts';
import { Html, html } from '../identity-provider/pages/html.ts';
import { jiraApi, refuse } from './api.ts';
import type { Issue } from './issue.ts';

/** @param now the reference for `updated >= -30d`; by default the time of each request */
export function createJira(issues: readonly Issue[], now = () => new Date()): Product {
  const visibleTo = (account: LocalAccount | undefined) =>
    issues.filter((issue) => issue.visibleTo === undefined || (account && issue.visibleTo.includes(account.person)));
  return {
    issuer: plain('/jira', 'Jira stand-in', '#0c66e4'),
    cookie: 'jira_session',
    api: (request) => jiraApi(visibleTo(request.account), request, now()),
    refuseQuery: (message) => refuse(400, `Error in the JQL Query: ${message}`),
    page: ({ pathname }, account) => {
      const found = visibleTo(account).find(({ key }) => pathname === `/browse/${key}`);
      return found && { title: `[${found.key}] ${found.summary}`, body: pageOf(found) };
    },
  };
}

function pageOf({ key, summary, description, status, type, priority, assignee, due }: Issue): Html {
  const rows = { Type: type, Status: status.name, Priority: priority, Assignee: assignee?.name, Due: due };
  const list = Object.entries(rows).map(([label, value]) =>
    value === undefined ? new Html('') : html`<li><span class="soft">${label}</span><strong>${value}</strong></li>`,
  );
  return html`<p class="soft">${key}</p><h1>${summary}</h1><p>${description}</p><ul>${list}</ul>`;
}
