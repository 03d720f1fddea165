const SVG = 'http://www.w3.org/2000/svg';

/** On a grid of 20. */
const PATHS = {
  back: 'M12.5 4 6.5 10l6 6',
  chat: 'M10 3.5a6.5 6.5 0 1 1-3 12.27L3.5 16.5l.9-3.2A6.5 6.5 0 0 1 10 3.5ZM7.5 8.75h5M7.5 11.5h3.5',
  close: 'm5 5 10 10M15 5 5 15',
  failed: 'M10 3.2 17.3 16H2.7L10 3.2ZM10 8v3.8M10 13.7v.3',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.2v4.3M10 6.6v.2',
  key: 'M12.6 11.4a4 4 0 1 0-3.8-2.7L3.5 14v2.5H6l.5-.5v-1.5H8V13h1.5l1.2-1.2c.6.2 1.2.2 1.9-.4ZM13.4 6.6v.1',
  link: 'M8.6 11.4a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-.9.9M11.4 8.6a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l.9-.9',
  lock: 'M6.5 8.5V7a3.5 3.5 0 0 1 7 0v1.5M5.5 8.5h9v7.5h-9ZM10 11.5v1.5',
  more: 'M4.5 10v.1M10 10v.1M15.5 10v.1',
  page: 'M6 3h5.5L15 6.5V17H6ZM11.5 3v3.5H15M8.3 10h4.4M8.3 13h4.4',
  phone: 'M6.5 2.5h7a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM9 15h2',
  search: 'M8.75 14a5.25 5.25 0 1 0 0-10.5 5.25 5.25 0 0 0 0 10.5ZM12.6 12.6l4.1 4.1',
  send: 'M3.2 3.4 17 10 3.2 16.6 5.2 10ZM5.2 10h5.3',
  wire: 'M2.5 10h3l2-5 4.5 10 2-5h3.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative: the control has the name. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
