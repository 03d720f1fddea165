import { isMessage, linkOriginsOf, type SourceConfig } from './source-schema.ts';

/** The origins whose links the source looks up when somebody pastes one: what the app's manifest lists, too. Never more
 * than cards may lead to; none where it can't look links up. */
export function pageOriginsOf(source: SourceConfig): string[] {
  switch (source.type) {
    case 'mediawiki':
    case 'github':
    case 'opensearch':
      return linkOriginsOf(source);
    case 'graph':
      // Files have links that Graph reads; Outlook's and Teams' own are none of ours.
      return source.entities.some(isMessage) ? [] : linkOriginsOf(source);
    case 'http':
      return source.page ? [new URL(source.page.link).origin] : [];
  }
}
