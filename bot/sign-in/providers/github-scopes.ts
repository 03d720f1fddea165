import type { ScopeMatcher } from './oauth/token-response.ts';

/** What `repo` includes besides the scopes that begin with its name. */
const IN_REPO = new Set(['public_repo', 'repo_deployment', 'security_events']);
const LEVELS = ['read', 'write', 'admin'];

/** GitHub leaves out of the answer what another granted scope includes: who asks for `user` and `user:email` is granted
 * `user` (https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps). */
export const matchesGithubScope: ScopeMatcher = (requested, granted) => {
  if (requested === granted || requested.startsWith(`${granted}:`) || requested === `read:${granted}`) return true;
  if (granted === 'repo') return IN_REPO.has(requested);
  const [wanted, given] = [split(requested), split(granted)];
  return wanted.of !== '' && wanted.of === given.of && wanted.level >= 0 && wanted.level < given.level;
};

/** `write:org` is level 1 of `org`. */
function split(scope: string): { level: number; of: string } {
  const [level = '', of = ''] = scope.split(':');
  return { level: LEVELS.indexOf(level), of };
}
