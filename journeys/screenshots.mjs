// Pictures. Without arguments those of the README into docs/screenshots; with `--all DIR` every page of
// the site map and of every role at 360 and 1280 px into DIR, to be looked at.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROLES, SCREENS, Stage, patternOf, shot } from './lib.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What the README shows: file, stage of the campaign, role, and how to reach the page (words or selectors of links). */
const README = [
  ['board', 'appraise', 'public', ['.nav a[href="/board"]']],
  ['pledge', 'appraise', 'public', ['.nav a[href="/board"]', 'main .row a']],
  ['review', 'review', 'branch_secretary', ['.menu a[href="/review"]']],
];

/** A picture in the README stays small enough to be read on a slow line. */
const MOST_BYTES = 150 * 1024;

async function readme() {
  for (const wanted of new Set(README.map(([, at]) => at))) {
    const stage = await Stage.open({ stage: wanted });
    try {
      for (const [name, , role, way] of README.filter(([, at]) => at === wanted)) {
        const page = await stage.as(role, { width: 360 });
        for (const selector of way) {
          const link = page.locator(selector);
          if (await link.count() === 0) throw new Error(`${name}: nothing is ${selector} on ${page.url()}`);
          await page.goto(new URL(await link.first().getAttribute('href'), page.url()).href.replace(/#.*$/, ''));
        }
        const file = await shot(page, path.join(repository, 'docs/screenshots', `${name}.png`), { whole: false });
        const { size } = await stat(file);
        if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}`);
        console.log(file);
        await page.context().close();
      }
    } finally {
      await stage.close();
    }
  }
}

async function everything(folder) {
  const stage = await Stage.open({ people: Number(process.env.JOURNEYS_PEOPLE || 60), seed: 1 });
  const missing = [];
  try {
    const sitemap = await stage.sitemap();
    const onePerPattern = [...new Map(sitemap.map((address) => [patternOf(address), address])).values()];
    for (const role of ['public', ...ROLES.filter((role) => !role.endsWith('_2'))]) {
      const page = await stage.as(role, { width: 360 });
      const paths = role === 'public' ? onePerPattern : await stage.crawl(page, { skip: sitemap });
      for (const [at, address] of paths.entries()) {
        for (const width of Object.keys(SCREENS)) {
          await page.setViewportSize(SCREENS[width]);
          const answer = await page.goto(stage.base + address);
          if (answer && answer.status() >= 400) missing.push(`${role} ${address}: ${answer.status()}`);
          const name = address.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '').slice(0, 60) || 'home';
          await shot(page, path.join(folder, `${role}-${name}-${width}.png`));
        }
        console.log(`${role} ${at + 1} of ${paths.length}: ${address}`);
      }
      await page.context().close();
    }
  } finally {
    await stage.close();
  }
  if (missing.length) throw new Error(missing.join('\n'));
}

const [mode, folder] = process.argv.slice(2);
if (mode === '--all' && folder) await everything(path.resolve(process.env.INVOKED_IN || process.cwd(), folder));
else if (!mode) await readme();
else throw new Error('usage: screenshots.mjs [--all DIR]');
