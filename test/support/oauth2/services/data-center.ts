import { dataCenterSignIn } from '../../../../local/atlassian/sign-in.ts';
import type { Service } from '../../../../local/oauth2/service.ts';

export const confluenceDataCenter: Service = {
  ...dataCenterSignIn('Confluence'),
  resources: {
    '/rest/api/user/current': ({ accountId, person, username }) => ({
      status: 200,
      body: { type: 'known', username, userKey: accountId.slice(0, 32), displayName: person.name },
    }),
  },
};

export const jiraDataCenter: Service = {
  ...dataCenterSignIn('Jira'),
  resources: {
    '/rest/api/2/myself': ({ person, username }) => ({
      status: 200,
      body: {
        key: `JIRAUSER-${username}`,
        name: username,
        emailAddress: person.username,
        displayName: person.name,
        active: true,
      },
    }),
  },
};
