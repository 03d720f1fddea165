import type { Check } from '../check.ts';
import { objectsIn, textsIn } from '../probes/json.ts';
import { describeFailure, jsonOf } from '../probes/probe-all.ts';

const FIREWALL = 'from this machine; let the firewall or the proxy through, or correct BOT_OPENID_METADATA';

export const connectorChecks: readonly Check[] = [
  {
    id: 'connector-metadata',
    section: 'Network',
    severity: 'error',
    needs: ['BOT_OPENID_METADATA'],
    why: "Teams' requests cannot be verified, so each is refused and no search is answered.",
    requires: 'network',
    find: ({ probes: { connector }, project }) => {
      if (!connector) return { unchecked: 'there is no bot registration, so the Connector has no say' };
      const said = jsonOf(connector.metadata);
      const { url } = connector.metadata;
      const fix = `curl -i ${url}   ${FIREWALL}`;
      if (!said) return [{ what: `${url} ${describeFailure(connector.metadata)}`, fix }];
      const issuer = project.settings.connector?.issuer;
      return said.issuer === issuer ? [] : [{ what: `${url} names another issuer than ${issuer}`, fix }];
    },
  },
  {
    id: 'connector-keys',
    section: 'Network',
    severity: 'error',
    needs: ['BOT_OPENID_METADATA'],
    why: "Teams' requests cannot be verified, so each is refused and no search is answered.",
    requires: 'network',
    find: ({ probes: { connector } }) => {
      if (!connector?.keys) return { unchecked: 'the metadata names no keys' };
      const keys = objectsIn(jsonOf(connector.keys)?.keys);
      const usable = keys.some(({ kty, kid, endorsements }) => {
        return kty === 'RSA' && typeof kid === 'string' && textsIn(endorsements).includes('msteams');
      });
      if (usable) return [];
      const { url } = connector.keys;
      const what = jsonOf(connector.keys) ? 'holds no key that speaks for Teams' : describeFailure(connector.keys);
      return [{ what: `${url} ${what}`, fix: `curl -i '${url}'   ${FIREWALL}` }];
    },
  },
];
