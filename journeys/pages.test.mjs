// What must hold on every page of the site map and on every page a role reaches by links: one heading, no
// sideways scrolling at 360 and 1280 px, no serious finding of axe-core, no error in the console.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROLES, Stage, inspect, patternOf } from './lib.mjs';

// A small hospital has every kind of page and a site map that can be walked whole.
const PEOPLE = Number(process.env.JOURNEYS_PEOPLE || 60);
let stage;
let open; // the pages everybody sees

before(async () => {
  stage = await Stage.open({ people: PEOPLE });
  open = await stage.sitemap();
}, { timeout: 180_000 });
after(async () => { await stage?.close(); });

async function inspectAll(page, paths, lang) {
  const faults = [];
  let at = 0;
  for (const path of paths) {
    at += 1;
    if (at % 50 === 0) console.log(`${at} of ${paths.length} pages`);
    const address = new URL(path, stage.base);
    if (lang) address.searchParams.set('lang', lang);
    faults.push(...await inspect(page, address.href));
  }
  return faults;
}

/** Two addresses of each kind of page: the first and one from the middle. */
function sample(paths) {
  const kinds = new Map();
  for (const path of paths) kinds.set(patternOf(path), [...(kinds.get(patternOf(path)) ?? []), path]);
  return [...kinds.values()].flatMap((all) => [...new Set([all[0], all[Math.floor(all.length / 2)]])]);
}

test('every kind of page of the site map', { timeout: 900_000 }, async () => {
  const page = await stage.as('public', { width: 360 });
  assert.ok(open.length >= 5, `the site map lists ${open.length} pages`);
  const faults = await inspectAll(page, sample(open));
  await page.context().close();
  assert.deepEqual(faults, []);
});

test('the public pages in English', { timeout: 300_000 }, async () => {
  const page = await stage.as('public', { width: 360, lang: 'en' });
  page.home = '/?lang=en';
  const paths = await stage.crawl(page, { limit: 40 });
  const faults = await inspectAll(page, paths, 'en');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.context().close();
  assert.deepEqual(faults, []);
});

for (const role of ROLES) {
  test(`every page of ${role}`, { timeout: 600_000 }, async () => {
    const page = await stage.as(role, { width: 360 });
    const paths = await stage.crawl(page, { skip: open });
    const faults = await inspectAll(page, paths);
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}
