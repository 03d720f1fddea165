/** Like MediaWiki, and readable on a phone. */
export const SKIN = `
:root { color-scheme: light dark; --ink: #202122; --paper: #fff; --quiet: #54595d; --line: #a2a9b1; --box: #f8f9fa; --link: #36c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaecf0; --paper: #101418; --quiet: #a2a9b1; --line: #54595d; --box: #1b1f24; --link: #88a3e8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--box); color: var(--ink); font: 16px/1.6 sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
header { max-width: 60rem; margin: 0 auto; padding: 1rem; font-size: .9rem; color: var(--quiet); }
header a { font-weight: 600; color: var(--ink); }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1.5rem 2rem; background: var(--paper); border: 1px solid var(--line); overflow-wrap: anywhere; }
h1, h2 { font-family: "Linux Libertine", Georgia, "Times New Roman", serif; font-weight: 400; line-height: 1.3; border-bottom: 1px solid var(--line); }
h1 { margin: 0 0 .75rem; font-size: 1.8rem; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.4rem; overflow: hidden; }
p { margin: .5rem 0 1rem; }
dl { margin: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
ul.titles { columns: 14rem; margin: .5rem 0; padding-left: 1.2rem; }
aside { float: right; width: 17rem; margin: 0 0 1rem 1.5rem; padding: .75rem; background: var(--box); border: 1px solid var(--line); font-size: .9rem; }
aside img { display: block; max-width: 100%; height: auto; margin: 0 auto .75rem; border: 1px solid var(--line); }
.notice { padding: .5rem .75rem; border-left: 4px solid #fc3; background: var(--box); }
footer { max-width: 60rem; margin: 0 auto; padding: .75rem 1rem 2rem; font-size: .8rem; color: var(--quiet); overflow-wrap: anywhere; }
@media (max-width: 40rem) { aside { float: none; width: auto; margin: 0 0 1rem; } main { border-width: 1px 0; padding: 1rem; } }
`;
