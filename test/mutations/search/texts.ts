import type { Mutation } from '../mutation.ts';

const CARD_TEST = 'test/contract/teams/card.test.ts';
const TEXTS_TEST = 'test/contract/source/texts.test.ts';
const FACTS_TEST = 'test/contract/source/http/facts.test.ts';
const FACTS = 'bot/teams/cards/facts.ts';

/** Facts on cards, and texts of items. */
export const TEXTS: readonly Mutation[] = [
  {
    threat: 'T51',
    defence: 'the value of a fact is text in the card',
    file: FACTS,
    find: 'sanitizeText(valueText(fact, context), MAX_LENGTH.value)',
    replace: 'valueText(fact, context)',
    test: CARD_TEST,
    name: 'T51: contain no markup',
  },
  {
    threat: 'T51',
    defence: 'the label of a fact is text in the card',
    file: FACTS,
    find: 'sanitizeText(labelText(label, locale, messages), MAX_LENGTH.label)',
    replace: 'labelText(label, locale, messages)',
    test: CARD_TEST,
    name: 'T51: contain no markup',
  },
  {
    threat: 'T51',
    defence: 'the value of a fact is text in the list',
    file: FACTS,
    find: 'sanitizePreview(valueText(fact, context), MAX_LENGTH.preview)',
    replace: 'sanitizeText(valueText(fact, context), MAX_LENGTH.preview)',
    test: CARD_TEST,
    name: 'T51: contain no markup',
  },
  {
    threat: 'T51',
    defence: 'a color is one of four words',
    file: FACTS,
    find: 'color !== undefined && FACT_COLORS.includes(color)',
    replace: 'color !== undefined',
    test: CARD_TEST,
    name: 'T51: contain no markup',
  },
  {
    threat: 'T51',
    defence: 'a value names a color of the configuration, and no member of an object',
    file: 'bot/sources/json-api/facts.ts',
    find: 'colors.get(name) ?? known.get(name.toLowerCase())',
    replace: '(fact.colors as Record<string, FactColor> | undefined)?.[name] ?? known.get(name.toLowerCase())',
    test: FACTS_TEST,
    name: 'T51: none by a name of the prototype',
  },
  {
    threat: 'T54',
    defence: 'facts are cut',
    file: FACTS,
    constant: 'MAX_LENGTH',
    value: '{ label: 60_000, value: 100_000, preview: 40_000 }',
    test: CARD_TEST,
    name: 'T54: at most six',
  },
  {
    threat: 'T54',
    defence: 'a card has at most six facts',
    file: FACTS,
    constant: 'MAX_FACTS',
    value: '{ card: 60, preview: 2 }',
    test: CARD_TEST,
    name: 'T54: at most six',
  },
  {
    threat: 'T54',
    defence: 'the text of an item is cut',
    file: 'bot/sources/text/snippet.ts',
    constant: 'MAX_SNIPPET_LENGTH',
    value: '8_000_000',
    test: TEXTS_TEST,
    name: 'T54: eight million',
  },
  {
    threat: 'T54',
    defence: 'an Atlassian document is read to a depth, and not much of it',
    file: 'bot/sources/text/atlassian-document.ts',
    constant: 'MAX_DEPTH',
    value: '1_000_000',
    and: [{ file: 'bot/sources/text/atlassian-document.ts', constant: 'MAX_NODES', value: '1_000_000' }],
    test: TEXTS_TEST,
    name: 'T54: is read to a limited depth',
  },
];
