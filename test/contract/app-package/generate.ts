import { generateAppPackage, readPackagedConnections } from '../../../bot/app-package/app-package.ts';
import type { AppPackage, AppPackageInput, Problem } from '../../../bot/app-package/types.ts';
import { SETTINGS } from '../../support/project/app-project.ts';
import { languageFiles, manifestTemplate } from '../../support/teams/app-template.ts';

export const WIKI = {
  id: 'wiki',
  title: 'Contoso wiki',
  commands: ['insertWiki'],
  signIn: {
    type: 'entra',
    clientId: SETTINGS.WIKI_CLIENT_ID,
    clientSecret: '${WIKI_CLIENT_SECRET}',
    scopes: ['${SCOPE}'],
  },
  source: { type: 'mediawiki', url: 'https://wiki.contoso.example' },
};

export interface Change extends Partial<Omit<AppPackageInput, 'connections'>> {
  /** Of connections.json. */
  connections?: unknown[];
  /** The whole of connections.json. */
  file?: unknown;
}

/** The package for these connections and the repository's template. Its problems begin with those of connections.json. */
export function generate({
  connections = [WIKI],
  file = { connections },
  template = manifestTemplate(),
  ...change
}: Change = {}): AppPackage {
  const problems: Problem[] = [];
  const variables = { ...SETTINGS, ...change.variables };
  const options = { file: 'connections.json', variables, loopback: false };
  const made = generateAppPackage({
    environment: 'dev',
    template,
    languages: languageFiles(),
    baseUrl: variables.BASE_URL,
    connections: readPackagedConnections(file, options, (problem) => void problems.push(problem)),
    ...change,
    variables,
  });
  return { ...made, problems: [...problems, ...made.problems] };
}
