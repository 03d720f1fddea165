import type { Claims, Draft } from './page.ts';

/** Pages that attack their viewer, for tests. The word "hostile" finds each. */
export function hostilePages(): Draft[] {
  return [
    page(
      'Hostile markdown [click](javascript:alert(1)) **bold** _it_ `code`',
      '# Heading\n\n![x](https://evil.example/x.png)',
    ),
    page('Hostile HTML <img src=x onerror=alert(1)> &amp; "quotes"', '</div><script>alert(1)</script> &lt;b&gt;'),
    page(
      'Hostile template ${title} {{DATE(2020-01-01,SHORT)}} ${$root.secret}',
      '{{TIME(2020-01-01T10:00:00Z)}} ${toString(1)}',
    ),
    page(
      'Hostile right to left \u202Egnp.exe\u202C \u200Bzero\u200Dwidth\uFEFF',
      '\u202Eمرحبا\u202C ويكي \u2066isolated\u2069',
    ),
    page('Hostile control \u0000\u0007\u001B[31m\r\ncharacters', 'A line\r\nInjected: header\u0000'),
    page(`Hostile huge title ${'A'.repeat(30_000)}`, 'The title is thirty thousand characters long.'),
    page('Hostile long text', `${'long '.repeat(20_000)}${'x'.repeat(50_000)}`, {
      snippet: `hostile ${'x'.repeat(50_000)}`,
    }),
    page('Hostile addresses', 'Its own address and image are no web addresses.', {
      url: 'javascript:alert(document.domain)//wiki/Hostile',
      thumbnail: 'data:image/svg+xml,<svg onload=alert(1)>',
    }),
    page('Hostile inside', 'Its address and image point inside the network.', {
      url: 'http://169.254.169.254/latest/meta-data/',
      thumbnail: 'http://127.0.0.1:1/admin.png',
    }),
    page('Hostile look-alike', 'Its address starts as the wiki does, and is on another host.', {
      url: '{origin}@evil.example/wiki/Hostile_look-alike',
      thumbnail: '{origin}@evil.example/x.png',
    }),
    page('Hostile snippet', 'Its snippet is broken markup.', {
      snippet:
        '<span class="searchmatch">hostile</span> <span class="searchmatch"><script>alert(1)</script> &lt;b&gt;&#60;i&#x3e; &#0;&#1114112;&bogus; &amp;lt; <a href="javascript:alert(1)">x</a> <unclosed',
    }),
    page('Hostile editor', 'Its editor and time are not what they should be.', {
      user: '<b>Mallory</b> [x](javascript:alert(1)) ${name}',
      timestamp: '2020-99-99T99:99:99Z; DROP TABLE',
    }),
  ];
}

function page(title: string, text: string, claims?: Claims): Draft {
  return {
    title,
    sections: [{ paragraphs: [`A hostile page. ${text}`] }],
    restricted: false,
    credit: 'Written for the tests, MIT.',
    ...(claims && { claims }),
  };
}
