import { readFileSync } from 'node:fs';
import type { DoctorProject } from '../support/project/doctor-project.ts';
import { SIGN_IN } from './public-project.ts';

/** Sets a variable of the environment. */
export function set(name: string, value: string) {
  return (project: DoctorProject) => void Object.assign(project.env, { [name]: value });
}

export function unset(name: string) {
  return (project: DoctorProject) => void delete project.env[name];
}

/** Web Chat, with this change. */
export function webChat(change: Record<string, string>) {
  return (project: DoctorProject) =>
    void Object.assign(project.env, { DIRECT_LINE_SECRET: 'sentinel-channel-key', ...change });
}

/** The wiki with single sign-on, and packaged with it; further connections beside it. */
export function singleSignOn(project: DoctorProject, resource: string, ...others: object[]): void {
  const { connections } = JSON.parse(readFileSync(project.path('connections.json'), 'utf8'));
  const [wiki] = connections;
  const sso = { ...wiki, signIn: { ...wiki.signIn, type: 'teamsSso', resource } };
  const beside = others.map((other) => ({ ...sso, ...other }));
  project.write('connections.json', { connections: [sso, ...beside] });
  project.changePackage('webApplicationInfo', { id: SIGN_IN, resource });
}
