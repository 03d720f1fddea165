import { CLIENT } from '../../../local/people.ts';
import { exampleConnection, exampleEntry, readPresetFile } from '../project/presets.ts';
import { standInOf } from './stand-ins.ts';

type Fields = Record<string, unknown>;

/** An entry of connections.json for a preset. A stand-in replaces the vendor. The name of the preset is the id and
 * the command. If a value is the vendor's address, it becomes the stand-in's. Otherwise the entry changes the
 * addresses in the preset.
 * @param origin of the stand-in */
export function entryAt(name: string, origin: string, clientSecret: string = CLIENT.secret): Fields {
  const client = { id: CLIENT.id, secret: clientSecret };
  const { vendorOrigins, values } = standInOf(name);
  const entry: Fields = { ...exampleEntry(name, client), ...values, id: name, commands: [name] };
  const addresses = addressValues(name);
  if (addresses.length > 0) return { ...entry, ...Object.fromEntries(addresses.map((key) => [key, origin])) };
  const { signIn, source } = exampleConnection(name, client);
  const move = (text: string) => vendorOrigins.reduce((moved, each) => moved.replaceAll(each, origin), text);
  return {
    ...entry,
    signIn: { ...changedFields(signIn, move), ...(signIn.type === 'entra' && { authority: origin }) },
    source: { ...changedFields(source, move), ...(source.type === 'graph' && { url: origin }) },
  };
}

/** The values that are the vendor's address. One that is part of a scope stays, because a scope is a name. */
function addressValues(name: string): string[] {
  const { values, signIn } = readPresetFile(name);
  const { vendorOrigins } = standInOf(name);
  return Object.entries(values)
    .filter(([key, { example = '' }]) => vendorOrigins.includes(example) && !`${signIn.scopes}`.includes(`<${key}>`))
    .map(([key]) => key);
}

function changedFields(fields: Fields, move: (text: string) => string): Fields {
  const changed = Object.entries(fields)
    .filter(([key]) => key !== 'scopes')
    .map(([key, value]) => [key, JSON.stringify(value)] as const)
    .filter(([, text]) => move(text) !== text);
  return Object.fromEntries(changed.map(([key, text]) => [key, JSON.parse(move(text))]));
}
