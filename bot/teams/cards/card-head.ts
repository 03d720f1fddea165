import type { Texts } from '../locales/en.ts';

/** What every card of ours begins with: 1.4 is the last that Outlook shows too. Hosts that know no `rtl` (1.5) leave it. */
export function cardBase({ direction }: Texts): Record<string, unknown> {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    ...(direction === 'rtl' && { rtl: true }),
  };
}
