import { type ConnectionConfig, singleSignOnOf } from '../config/connections-file.ts';
import { isEntra } from '../config/sign-in-types.ts';
import { parseGuid } from '../sign-in/user.ts';
import type { Manifest, ReportProblem } from './types.ts';

/** `webApplicationInfo`: the registration that people sign in to with Entra, so that an administrator sees its permissions
 * beside the app and consents to them there. Where Teams itself signs people in (`teamsSso`, or `singleSignOn` of a token
 * service), that registration, and as `resource` what the Teams client asks Entra a token for. A gate asks for no permission, and the other providers are none of Teams' business. */
export function webApplicationInfo(
  template: Manifest['webApplicationInfo'],
  connections: readonly ConnectionConfig[],
  botId: string,
  note: ReportProblem,
): Manifest['webApplicationInfo'] {
  const sso = singleSignOnOf(connections);
  // The manifest can name one: without it there is no single sign-on, the others sign in all the same.
  const ordered = sso ? [sso.connection, ...connections] : connections;
  const ids = [...new Set(ordered.flatMap((connection) => clientId(connection, note)))];
  const [id] = ids;
  if (id === undefined) return template;
  checkIds(ids, botId, note);
  return { ...template, id, ...(sso && { resource: sso.resource }) };
}

function clientId({ id, signIn }: ConnectionConfig, note: ReportProblem): string[] {
  // A stand-in's client is in nobody's Entra.
  if (isEntra(signIn) && /^http:/.test(signIn.authority)) return [];
  const registration = registrationOf(signIn);
  if (!registration) return [];
  const [field, clientId] = registration;
  const guid = parseGuid(clientId);
  if (guid) return [guid];
  const what = `the connection ${id}: ${field} is not the application id of an Entra registration, a GUID`;
  const fix = 'Copy "Application (client) ID" of the sign-in\'s app registration from the Entra portal.';
  note({ level: 'error', code: 'sign_in.client_id', what, fix });
  return [];
}

function registrationOf(signIn: ConnectionConfig['signIn']): [field: string, clientId: string] | undefined {
  if (isEntra(signIn)) return ['signIn.clientId', signIn.clientId];
  if (signIn.type !== 'tokenService' || !signIn.singleSignOn) return undefined;
  return ['signIn.singleSignOn.clientId', signIn.singleSignOn.clientId];
}

function checkIds(ids: readonly string[], botId: string, note: ReportProblem): void {
  if (ids.includes(botId.toLowerCase())) {
    const what = 'a connection signs in with the registration of the bot itself';
    const fix = 'Register the sign-in as an app of its own (README, "Register the sign-in").';
    note({ level: 'warning', code: 'sign_in.is_bot', what, fix });
  }
  if (ids.length > 1) {
    const what = `connections sign in with ${ids.length} Entra registrations; the manifest can name one, ${ids[0]}`;
    const fix = `Have an administrator consent to the others in the Entra portal: ${ids.slice(1).join(', ')}.`;
    note({ level: 'warning', code: 'sign_in.several', what, fix });
  }
}
