// Copies of the sources and of the build in which scripts/mutations.mjs removes a defence.
import { execFile as execFileWithCallback } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from '@swc/core';
import { bundleBot } from '../bundle/bundle.mjs';
import { root } from '../setup/ready.mjs';
import { applyChange } from './change.mjs';

const FOLDERS = ['appPackage', 'auth-page', 'bench', 'bot', 'dist', 'docs', 'env', 'local', 'scripts', 'test'];
const FILES = ['connections.example.json', 'jest.config.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

const BUILD_AUTH_PAGE = `import { buildAuthPage } from './auth-page/build.mjs'; await buildAuthPage('dist/auth-page');`;
const execFile = promisify(execFileWithCallback);

/** A copy of the project. Its folder is deleted when the process ends. */
export class MutantTree {
  path = mkdtempSync(join(tmpdir(), 'latchkey-mutations-'));
  /** Sources that are as they were, but not yet in the build. */
  #unbuilt = new Set();

  constructor() {
    process.once('exit', () => rmSync(this.path, { recursive: true, force: true }));
    const filter = (path) => !path.endsWith('node_modules');
    for (const name of [...FOLDERS, ...FILES])
      cpSync(join(root, name), join(this.path, name), { recursive: true, filter });
    // A run does not change packages.
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'), 'junction');
  }

  /** Changes and builds the copy while `work` runs. Builds only what the changed files are part of, and does not check
   * types: a removed defence leaves unused names behind.
   * @param changes as in test/mutations/mutation.ts
   * @throws {Error} if a source has no such place, or more than one, or the changed sources do not build */
  async withChanges(changes, work) {
    const files = [...new Set(changes.map(({ file }) => file))];
    const before = files.map((file) => [file, readFileSync(join(this.path, file), 'utf8')]);
    try {
      for (const change of changes) apply(this.path, change);
      await build(this.path, [...new Set([...files, ...this.#unbuilt])]);
      this.#unbuilt.clear();
      return await work();
    } finally {
      for (const [file, text] of before) writeFileSync(join(this.path, file), text);
      for (const file of files) this.#unbuilt.add(file);
    }
  }
}

async function build(tree, files) {
  const inBot = files.filter((file) => file.startsWith('bot/'));
  for (const file of inBot) compile(tree, file);
  if (inBot.length > 0) {
    // A bundle replaces the entry, which is its source.
    compile(tree, 'bot/index.ts');
    rmSync(join(tree, 'dist', 'bot', 'chunks'), { recursive: true, force: true });
    await bundleBot(join(tree, 'dist'));
  }
  if (files.some((file) => file.startsWith('auth-page/'))) {
    // In a process of its own: its modules may have changed.
    await execFile(process.execPath, ['--input-type=module', '--eval', BUILD_AUTH_PAGE], { cwd: tree });
  }
  const others = files.filter((file) => !file.startsWith('bot/') && !file.startsWith('auth-page/'));
  if (others.length > 0) throw new Error(`Cannot build a change of ${others.join(', ')}`);
}

/** Without a check of the types, and with the imports of the compiled files. */
function compile(tree, file) {
  const { code } = transformSync(readFileSync(join(tree, file), 'utf8'), {
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2023',
      transform: { verbatimModuleSyntax: true },
      rewriteRelativeImportExtensions: true,
    },
    module: { type: 'es6' },
    swcrc: false,
  });
  writeFileSync(join(tree, 'dist', file.replace(/\.ts$/, '.js')), code);
}

function apply(tree, { file, ...change }) {
  const path = join(tree, file);
  try {
    writeFileSync(path, applyChange(readFileSync(path, 'utf8'), change));
  } catch (error) {
    throw new Error(`${file} ${error.message}`);
  }
}
