import { OnBehalfOf, type OnBehalfOfOptions } from './on-behalf-of.ts';
import type { SingleSignOn } from './single-sign-on.ts';
import { type TeamsTokenOptions, TeamsTokenVerifier } from './teams-token.ts';

/** Single sign-on with Teams, in front of an Entra sign-in of the same registration. */
export function teamsSso(options: TeamsTokenOptions & OnBehalfOfOptions): SingleSignOn {
  const [tokens, onBehalfOf] = [new TeamsTokenVerifier(options), new OnBehalfOf(options)];
  return {
    resource: options.resource,
    refusalOf: (token, asker) => tokens.refusalOf(token, asker),
    exchange: (token, asker) => onBehalfOf.exchange(token, asker),
    evict: (asker) => onBehalfOf.evict(asker),
  };
}
