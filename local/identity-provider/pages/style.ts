/** Fluent 2's colours, spacing and type ramp, without external files. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f5f5f5; --card: #fff; --text: #242424; --soft: #616161; --line: #d1d1d1;
  --strong-line: #616161; --focus: var(--brand); --bad: #b10e1c; --bad-back: #fdf3f4; --shadow: 0 8px 16px #0000001f, 0 0 2px #0000001f; }
@media (prefers-color-scheme: dark) { :root { --page: #1f1f1f; --card: #292929; --text: #fff; --soft: #adadad;
  --line: #666; --strong-line: #adadad; --focus: #479ef5; --bad: #f1bbbc; --bad-back: #3f1011; --shadow: 0 8px 16px #0006; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--page);
  color: var(--text); font: 14px/20px "Segoe UI", "Segoe UI Web (West European)", system-ui, sans-serif; }
main { width: 100%; max-width: 440px; background: var(--card); border-radius: 8px; box-shadow: var(--shadow); padding: 32px; }
.brand { display: flex; align-items: center; gap: 8px; margin: 0 0 20px; color: var(--soft); font-weight: 600; }
.brand span { display: grid; place-items: center; width: 28px; height: 28px; border-radius: 4px; color: #fff;
  background: var(--brand); font-size: 16px; }
h1 { margin: 0 0 4px; font-size: 24px; line-height: 32px; font-weight: 600; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
label { display: block; margin: 0 0 4px; font-weight: 600; }
input { width: 100%; height: 36px; margin: 0 0 16px; padding: 0 10px; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-bottom-color: var(--strong-line); border-radius: 4px; }
input:focus { outline: 2px solid var(--focus); outline-offset: -1px; }
ul { margin: 0 0 20px; padding: 0; list-style: none; }
li { padding: 10px 0; border-bottom: 1px solid var(--line); }
li strong { display: block; font-weight: 600; }
.account { display: inline-block; max-width: 100%; margin: 0 0 16px; padding: 4px 12px; border: 1px solid var(--line);
  border-radius: 16px; overflow-wrap: anywhere; }
.buttons { display: flex; flex-flow: row-reverse wrap; gap: 8px; margin-top: 8px; }
.buttons.stacked { flex-flow: column; }
button { min-width: 96px; min-height: 36px; padding: 5px 16px; font: inherit; font-weight: 600; color: var(--text);
  background: var(--card); border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
button.primary { color: #fff; background: var(--brand); border-color: var(--brand); }
button:hover { border-color: var(--strong-line); } button.primary:hover { filter: brightness(0.9); }
button:focus-visible, a:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; border-radius: 4px; }
.alert { margin: 0 0 16px; padding: 10px 12px; color: var(--bad); background: var(--bad-back);
  border: 1px solid currentColor; border-radius: 4px; }
.note { margin: 24px 0 0; padding-top: 16px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12px; line-height: 16px; }
.note a { color: inherit; } code { color: var(--text); }
@media (max-width: 480px) { body { padding: 0; place-items: stretch; } main { max-width: none; border-radius: 0; box-shadow: none; padding: 24px; }
  .buttons button { flex: 1; } }
`;
