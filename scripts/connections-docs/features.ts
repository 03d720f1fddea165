import { type ConnectionConfig, connectionSchema } from '../../bot/config/connection-schema.ts';
import { expandEntry } from '../../bot/config/preset/entry.ts';
import type { Preset } from '../../bot/config/preset/preset.ts';
import { pageOriginsOf } from '../../bot/config/source-types.ts';
import { exampleEntry } from './example.ts';

/** What a connection with the preset offers. */
interface Features {
  /** Whether a pasted link becomes a card. */
  links: boolean;
  /** The labels of the facts of a search result. */
  facts: readonly string[];
  /** Whether an answer has the number of all results. */
  total: boolean;
  /** Whether the newest items are shown before a user types. */
  recent: boolean;
  /** Whether the matching words are marked. */
  marks: boolean;
  /** Whether a sign-out revokes the tokens at the provider. */
  revokes: boolean;
  /** Whether the bot itself knows that the browser is the asker's. Otherwise a page asks. */
  isProven: boolean;
}

/** Derived from the settings. Only `marks`, and `revokes` of `oidc`, are fields of the preset. */
export function featuresOf(name: string, preset: Preset): Features {
  const { signIn, source } = exampleConnection(name, preset);
  return {
    links: pageOriginsOf(source).length > 0,
    ...searchFeatures(name, source),
    marks: preset.marksMatches,
    revokes: revokes(name, preset, signIn),
    isProven: signIn.type === 'entra',
  };
}

function exampleConnection(name: string, preset: Preset): ConnectionConfig {
  const result = expandEntry(exampleEntry(name, preset), false);
  if ('issues' in result) throw new Error(`${name}: ${result.issues.map(({ message }) => message).join(', ')}`);
  return connectionSchema.parse(result.connection);
}

/** @throws {Error} for a type that no preset has had before */
function searchFeatures(
  name: string,
  source: ConnectionConfig['source'],
): Pick<Features, 'facts' | 'total' | 'recent'> {
  switch (source.type) {
    case 'http':
      return {
        facts: (source.fields.facts ?? []).map(({ label }) => (typeof label === 'string' ? label : (label.en ?? ''))),
        total: source.total !== undefined,
        recent: source.recent !== undefined || source.recentUrl !== undefined,
      };
    case 'mediawiki':
      return { facts: [], total: true, recent: true };
    case 'graph':
      return { facts: ['type', 'site'], total: true, recent: true };
    default:
      throw new Error(`${name}: the source type ${source.type} has no description`);
  }
}

/** Entra has no revocation endpoint. */
function revokes(name: string, { signOutRevokes }: Preset, signIn: ConnectionConfig['signIn']): boolean {
  if (signIn.type === 'oauth2') return signIn.revocationUrl !== undefined;
  if (signIn.type === 'entra') return false;
  if (signOutRevokes === undefined) throw new Error(`${name}: signOutRevokes is missing`);
  return signOutRevokes;
}
