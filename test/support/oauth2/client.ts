import { type CryptoKey, jwtVerify } from 'jose';
import type { ClientAuthentication } from '../../../local/oauth2/service.ts';
import { CLIENT } from '../../../local/people.ts';

/** How the bot is registered at the service. */
interface Client {
  secret: string;
  /** The ways to authenticate that the service accepts. */
  authentications: readonly ClientAuthentication[];
  /** For `private_key_jwt`. */
  publicKey: CryptoKey | undefined;
  /** The audience of an assertion. */
  tokenUrl: string;
  seenAssertions: Set<string>;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** RFC 6749 section 2.3, RFC 7523 section 3. Refuses a request that uses two methods. */
export async function isClient(
  client: Client,
  authorization: string | undefined,
  form: Readonly<Record<string, string>>,
): Promise<boolean> {
  const [, basic] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  const { client_id: id, client_secret: secret, client_assertion: assertion } = form;
  const used = [basic, secret, assertion].filter((each) => each !== undefined);
  const accepts = (authentication: ClientAuthentication) => client.authentications.includes(authentication);
  if (used.length > 1) return false;
  if (basic !== undefined) return basicFits(client, basic, accepts);
  if (assertion !== undefined)
    return accepts('private_key_jwt') && form.client_assertion_type === ASSERTION_TYPE && proves(client, assertion);
  if (secret !== undefined) return accepts('client_secret_post') && id === CLIENT.id && secret === client.secret;
  return accepts('none') && id === CLIENT.id;
}

function basicFits(
  { secret }: Client,
  basic: string,
  accepts: (authentication: ClientAuthentication) => boolean,
): boolean {
  const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const sent = rest.join(':');
  if (accepts('client_secret_basic_raw') && id === CLIENT.id && sent === secret) return true;
  return accepts('client_secret_basic') && formDecode(id) === CLIENT.id && formDecode(sent) === secret;
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

async function proves({ publicKey, tokenUrl, seenAssertions }: Client, assertion: string): Promise<boolean> {
  if (!publicKey) return false;
  try {
    const { payload } = await jwtVerify(assertion, publicKey, {
      issuer: CLIENT.id,
      subject: CLIENT.id,
      audience: tokenUrl,
      requiredClaims: ['exp', 'jti'],
    });
    if (payload.aud !== tokenUrl || seenAssertions.has(String(payload.jti))) return false;
    seenAssertions.add(String(payload.jti));
    return true;
  } catch {
    return false;
  }
}
