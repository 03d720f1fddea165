const LEFT_OUT = [26, 35, 47, 49, 52];

/** Rows after T71 that have a defence, a test and a mutation. One id a line, in the order of the numbers. */
const AFTER_T71: readonly string[] = [
  // One line each.
  'T72',
  'T73',
  'T76',
  'T77',
  'T78',
  'T79',
  'T82',
  'T83',
  'T84',
  'T85',
  'T86',
  'T87',
  'T88',
  'T89',
  'T90',
  'T91',
  'T92',
  'T93',
  'T94',
  'T95',
  'T96',
  'T97',
  'T98',
];

/** The rows that docs/SECURITY.md answers for. The numbers left out were never given to a threat. */
export const THREATS: readonly string[] = [
  ...Array.from({ length: 71 }, (_, at) => at + 1)
    .filter((number) => !LEFT_OUT.includes(number))
    .map((number) => `T${number}`),
  ...AFTER_T71,
];
