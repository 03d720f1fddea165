// Bundles the page, which loads no external file: script, styles and theme variables.
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from '@fluentui/tokens';
import { build } from 'esbuild';

const page = fileURLToPath(new URL('./page/', import.meta.url));

// Teams' theme names in teams-js.
const THEMES = { default: teamsLightTheme, dark: teamsDarkTheme, contrast: teamsHighContrastTheme };

export async function buildTeamsPage(outDir) {
  await build({
    entryPoints: { app: join(page, 'main.ts'), styles: join(page, 'styles', 'app.css') },
    outdir: outDir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
    plugins: [themePlugin],
  });
  await copyFile(join(page, 'index.html'), join(outDir, 'index.html'));
}

/** Replaces `@import 'theme:fluent'` by the Fluent tokens that the page uses. */
const themePlugin = {
  name: 'fluent-themes',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^theme:fluent$/ }, ({ path }) => ({ path, namespace: 'theme' }));
    onLoad({ filter: /.*/, namespace: 'theme' }, async () => ({ contents: await themeStyles(), loader: 'css' }));
  },
};

async function themeStyles() {
  const names = await namedTokens();
  return Object.entries(THEMES)
    .map(([theme, tokens]) => `:root[data-theme="${theme}"] {\n${declarations(names, tokens)}\n}`)
    .join('\n');
}

function declarations(names, tokens) {
  return names.map((name) => `  --${name}: ${value(tokens, name)};`).join('\n');
}

function value(tokens, name) {
  if (name in tokens) return tokens[name];
  throw new Error(`The page names the token ${name}, which Fluent does not have.`);
}

/** In the styles and the cards' host configuration: `var(--colorNeutralForeground1)`. */
async function namedTokens() {
  const files = (await readdir(page, { recursive: true })).filter((name) => /\.(css|ts)$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(page, name), 'utf8')));
  const found = texts.flatMap((text) => [...text.matchAll(/var\(--([a-z]\w*)\)/g)].map(([, name]) => name));
  return [...new Set(found)].sort();
}
