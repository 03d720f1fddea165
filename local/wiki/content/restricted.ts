import { monogram } from './monogram.ts';
import type { Draft } from './page.ts';

const NOTICE =
  'Demo content: made up for this stand-in, so that there is something which only some people may read. No real plan, person or number.';

export function restrictedPages(): Draft[] {
  return [
    restricted('Los Angeles Lakers trade plan (restricted)', 'Plan', [
      'A made-up plan for the Los Angeles Lakers. You see it only if you may read restricted pages of the wiki.',
      'The Lakers would trade nobody for nobody, in the third week of never.',
    ]),
    restricted('Country desk: Germany and France (restricted)', 'Notes', [
      'A made-up note of an editor about the pages on Germany and France: who checks which section, and when.',
    ]),
    restricted('Salary bands (restricted)', 'Bands', [
      'A made-up table would stand here. The bands are called A, B and C, and hold nothing.',
    ]),
    restricted('Editors’ handbook (restricted)', 'Rules', [
      'What an editor of this wiki does: read the change, check its source, say thank you, and only then correct the commas.',
    ]),
    restricted('Office move to Reykjavik (restricted)', 'Plan', [
      'A made-up move of a made-up office to Reykjavik, Iceland. Boxes have been ordered by nobody.',
    ]),
  ];
}

function restricted(title: string, heading: string, paragraphs: string[]): Draft {
  return {
    title,
    sections: [{ paragraphs: [`${paragraphs[0]} ${NOTICE}`] }, { heading, paragraphs: paragraphs.slice(1) }],
    image: monogram('R'),
    restricted: true,
    credit: 'Written for this stand-in, MIT.',
  };
}
