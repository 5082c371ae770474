// Makes the pictures in docs/screens: node tests/html/screens.mjs
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { example, launch, root } from './browser.mjs';

const folder = path.join(root, 'docs/screens');
fs.mkdirSync(folder, { recursive: true });
const browser = await launch();

/** From `from` (the top, where there is none) down to `to`. */
async function picture(name, [report, lang], { from, to, width = 1080, height = 1500, colorScheme = 'light', act } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  await page.goto(pathToFileURL(example(report, lang)).href);
  // What is off the screen is laid out only when it comes near: here everything is wanted.
  await page.evaluate(() => document.querySelectorAll('.f').forEach(card => { card.style.contentVisibility = 'visible'; }));
  await act?.(page);
  const top = async selector => page.$eval(selector, element => element.getBoundingClientRect().top + scrollY);
  const y = from ? await top(from) - 16 : 0;
  const end = to ? await top(to) - 16 : y + height;
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, clip: { x: 0, y, width, height: Math.min(end - y, height) } });
  await context.close();
  console.log(`docs/screens/${name}.png`);
}

const unfold = page => page.evaluate(() => { document.querySelector('#list details').open = true; });
await picture('report-en', ['callcentre-en', 'en']);
await picture('report-zh', ['robot-zh', 'zh']);
await picture('findings-en', ['callcentre-en', 'en'], { from: '#findings', height: 1000, act: unfold });
await picture('findings-zh-dark', ['robot-zh', 'zh'], { from: '#findings', height: 1000, colorScheme: 'dark', act: unfold });
await picture('checklist-zh', ['robot-zh', 'zh'], { from: '#todo', to: '#unjudged' });
await picture('phone-en', ['callcentre-en', 'en'], { width: 390, height: 1100 });
await browser.close();
