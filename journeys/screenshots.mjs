// Pictures. Without arguments those of the README into docs/screenshots; with `--all DIR` every page of
// the site map and of every role at 360 and 1280 px into DIR, to be looked at.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROLES, SCREENS, Stage, patternOf, shot } from './lib.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What the README shows: file, role, width, and how to reach the page (a path, or words of a link). */
const README = [
  ['home', 'public', 1280, []],
  ['board', 'public', 360, [/公开栏/]],
  ['pledge', 'public', 1280, [/公开栏/, 'main .row a']],
  ['fill', 'participant', 360, [/我的承诺|写承诺/]],
  ['review', 'branch_secretary', 1280, [/审核/]],
  ['office', 'campaign_office', 1280, []],
  ['draw', 'supervisor', 1280, [/监督|抽查/]],
];

async function readme() {
  const stage = await Stage.open({ seed: 1 });
  try {
    for (const [name, role, width, way] of README) {
      const page = await stage.as(role, { width });
      for (const label of way) {
        const link = typeof label === 'string' ? page.locator(label) : page.getByRole('link', { name: label });
        const seen = await link.evaluateAll((all) => all.findIndex((e) => e.offsetParent !== null));
        if (seen < 0) throw new Error(`${name}: nothing reads ${label} on ${page.url()}`);
        await link.nth(seen).click();
        await page.waitForLoadState();
      }
      console.log(await shot(page, path.join(repository, 'docs/screenshots', `${name}.png`), { whole: false }));
      await page.context().close();
    }
  } finally {
    await stage.close();
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
