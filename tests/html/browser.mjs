// What both scripts need: the browser, the program, and the reports of the examples.
// Modules lie in the folder that CALLAUDIT_NODE_MODULES names, not beside the sources.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const require = createRequire(path.join(process.env.CALLAUDIT_NODE_MODULES ?? path.join(root, 'tests/html/node_modules'), 'here.js'));
export const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'callaudit-html-'));
if (!process.env.CALLAUDIT_KEEP) process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
const program = process.env.CALLAUDIT ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, 'target'), 'debug/callaudit');

/** The browser of the system; it is not asked to update itself, to sync or to look anything up. */
export async function launch() {
  const executablePath = ['chromium', 'chromium-browser', 'google-chrome'].flatMap(name => process.env.PATH.split(':').map(dir => path.join(dir, name))).find(file => fs.existsSync(file));
  if (!executablePath) throw new Error('there is no Chromium here');
  return require('playwright-core').chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'] });
}

/** Writes a report; findings are what is wanted, so an exit status up to 3 is none of our business here. */
export function report(name, args, lang, cwd = root) {
  const file = path.join(scratch, `${name}-${lang}.html`);
  try {
    execFileSync(program, ['audit', ...args, '--as-of', '2026-11-24', '--lang', lang, '-q', '-o', `html=${file}`], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (![1, 3].includes(error.status)) throw new Error(`${name}: ${error.stderr}`);
  }
  return file;
}

/** The report of an example. */
export function example(name, lang) {
  const words = fs.readFileSync(path.join(root, 'examples', name, 'command'), 'utf8').trim().split(/\s+/);
  const dated = words.indexOf('--as-of');
  return report(name, words.slice(1).filter((_, n) => dated < 0 || n + 1 < dated || n + 1 > dated + 1), lang);
}
