// The review by keyboard alone and by touch alone (UX.md J2): a secretary answers, passes, undoes, returns, and
// the strokes and taps are counted. By touch it goes without JavaScript too.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { words } from './labels.mjs';
import { Stage, axe, noHorizontalScroll } from './lib.mjs';

/** Enough that a secretary has a queue. */
const PEOPLE = 240;
const SECRETARIES = ['branch_secretary', 'branch_secretary_2'];

/** How many are decided and how many there are, as the title says. */
async function progress(page) {
  const [done, total] = (await page.title()).match(/\d+/g).map(Number);
  return { done, total };
}

/** The pledge that is looked at with its questions: the flagged one, else the first clean one on its own page. */
async function open(page, lead) {
  if (await page.locator('#open').count() === 0) await lead(page.locator('.r-grid h3 a').first());
  const card = page.locator('[data-key-item]:has(.yn)');
  assert.equal(await card.count(), 1, 'one pledge is open');
  return card;
}

/** A keyboard that counts. A stroke that leads to another page waits for it. */
function keyboard(page) {
  const all = {
    strokes: 0,
    async press(key) { all.strokes += 1; await page.keyboard.press(key); },
    async follow(key) { await Promise.all([page.waitForNavigation(), all.press(key)]); },
    async type(text) { all.strokes += [...text].length; await page.keyboard.type(text); },
    /** Tab, until what has the focus is what was meant. */
    async tabTo(selector) {
      for (let n = 0; n < 40; n += 1) {
        if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
        await all.press('Tab');
      }
      throw new Error(`Tab never comes to ${selector}`);
    },
  };
  return all;
}

async function answerByLetters(page, card, keys) {
  const letters = await card.locator('.yn[data-answer]').evaluateAll((all) => all.map((e) => e.dataset.answer));
  assert.ok(letters.length >= 5, `only ${letters.length} answers have a key`);
  assert.equal(new Set(letters).size, letters.length, 'each answer has a key of its own');
  assert.ok(letters.every((key) => /^[a-y]$/.test(key)), 'no digit and no z answers');
  for (const key of letters) await keys.press(key);
  assert.equal(await card.locator('.yn .y:checked').count(), letters.length, 'one stroke says yes');
  await keys.press(letters[0]);
  assert.ok(await card.locator(`.yn[data-answer=${letters[0]}] .n`).isChecked(), 'one more says no');
  assert.match(await page.locator('[data-key-said]').textContent(), /否/, 'and it is said aloud');
  await keys.press(letters[0]);
  return letters;
}

/** Confirms, takes it back, and returns it instead. */
async function byKeyboard(page) {
  const keys = keyboard(page);
  const before = await progress(page);
  const card = await open(page, async (link) => { await link.focus(); await keys.follow('Enter'); });
  await answerByLetters(page, card, keys);
  await keys.follow('1');
  assert.match(await page.locator('main').innerText(), words.passed);
  assert.equal((await progress(page)).done, before.done + 1);
  await keys.follow('z');
  assert.match(await page.locator('main').innerText(), words.undone);
  await keys.press('2');
  await keys.press('1');
  await keys.press('3');
  assert.equal(await page.locator('input[name=reasons]:checked').count(), 2, 'digits choose reasons once a return is open');
  await keys.tabTo('textarea[name=message]');
  await keys.press('End');
  await keys.type('1q');
  assert.match(await page.locator('textarea[name=message]').inputValue(), /1q$/, 'in a text keys are letters');
  await keys.tabTo('button[value=return]');
  await keys.follow('Enter');
  assert.match(await page.locator('main').innerText(), words.returned);
  assert.deepEqual(await progress(page), { done: before.done + 1, total: before.total });
}

/** Everything that still waits, with the fewest strokes; says how many. */
async function theRest(page) {
  const keys = keyboard(page);
  const before = await progress(page);
  for (let n = before.done; n < before.total; n += 1) {
    if (await page.locator('#open').count()) await keys.press('1');
    await keys.follow('1');
  }
  const after = await progress(page);
  assert.equal(after.done, before.total);
  const decided = after.done - before.done;
  assert.ok(keys.strokes <= 2 * decided, `${keys.strokes} strokes for ${decided} pledges`);
  return { decided, strokes: keys.strokes };
}

/** Answers by finger, passes, undoes; then returns with a reason. */
async function byTouch(page) {
  let taps = 0;
  const tap = async (target) => {
    taps += 1;
    await target.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
    await target.tap();
  };
  const go = async (target) => { await Promise.all([page.waitForNavigation(), tap(target)]); };
  const before = await progress(page);
  const card = await open(page, go);
  for (const yes of await card.locator('.yn .y').all()) await tap(page.locator(`label[for="${await yes.getAttribute('id')}"]`));
  await go(card.locator('button[value=confirm]'));
  assert.match(await page.locator('main').innerText(), words.passed);
  await go(page.locator('[data-key-undo]'));
  assert.match(await page.locator('main').innerText(), words.undone);
  await tap(page.locator('summary[data-key="2"]'));
  await tap(page.locator('.r-why .pick label').first());
  await page.locator('textarea[name=message]').fill('请写清为多少人做、做到什么时候。');
  await go(page.locator('button[value=return]'));
  assert.match(await page.locator('main').innerText(), words.returned);
  assert.equal((await progress(page)).done, before.done + 1);
  return taps;
}

/** How long a queue is that a secretary decides on in ten minutes (issue: 30 pledges of some 110 characters). */
const LONG = 30;

/**
 * A whole queue by keyboard alone: a clean one takes one stroke, a flagged one two (the first says yes to the questions). Says how many strokes, and how many characters there were to read.
 */
async function longQueue(page) {
  const keys = keyboard(page);
  const { done, total } = await progress(page);
  let read = 0;
  const flagged = [];
  for (let n = done; n < total; n += 1) {
    const open = await page.locator('#open').count();
    const card = open ? page.locator('#open') : page.locator('.r-grid [data-key-item]').first();
    const texts = await card.locator('.r-items').first().innerText();
    read += [...texts.replace(/\s/g, '')].length;
    if (!open && flagged.at(-1) !== false && total - n > 1) {
      // Later moves on and decides nothing: not the postponed one is passed next.
      await page.keyboard.press('0');
      assert.ok(await page.evaluate(() => document.activeElement === document.querySelectorAll('.r-grid [data-key-item]')[1]));
      await page.keyboard.press('ArrowUp');
    }
    flagged.push(open > 0);
    if (open) await keys.press('1');
    await keys.follow('1');
  }
  assert.equal((await progress(page)).done, total);
  const first = flagged.indexOf(false);
  assert.ok(first > 0 && flagged.slice(first).every((one) => !one), 'flagged ones come first, then the clean ones');
  return { decided: total - done, strokes: keys.strokes, flagged: first, read };
}

/** The same by touch without JavaScript: three clean ones with one tap; of a flagged one each question is answered. */
async function longQueueByTouch(page) {
  const taps = { clean: 0, flagged: 0 };
  const go = async (target) => { await Promise.all([page.waitForNavigation(), target.tap()]); };
  const { done, total } = await progress(page);
  let flagged = 0;
  while ((await progress(page)).done < total) {
    if (await page.locator('#open').count()) {
      const card = page.locator('[data-key-item]:has(.yn)');
      for (const yes of await card.locator('.yn .y').all()) {
        taps.flagged += 1;
        await page.locator(`label[for="${await yes.getAttribute('id')}"]`).tap();
      }
      flagged += 1;
      taps.flagged += 1;
      await go(card.locator('button[value=confirm]'));
    } else {
      const together = page.locator('form[action="/review/together"] button');
      taps.clean += 1;
      await go(await together.count() ? together : page.locator('.r-grid button[value=confirm]').first());
    }
  }
  return { decided: total - done, flagged, taps };
}

describe('review', () => {
  let stage;
  before(async () => { stage = await Stage.open({ people: PEOPLE, stage: 'review' }); }, { timeout: 180_000 });
  after(async () => { await stage?.close(); });

  async function at(role, way, walk) {
    const page = await stage.as(role, way);
    try {
      await page.goto(`${stage.base}/review`);
      await walk(page);
      await noHorizontalScroll(page);
      if (way.js) assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  }

  for (const js of [true, false]) {
    test(`by touch alone ${js ? 'with' : 'without'} JavaScript`, { timeout: 120_000 }, async (t) => {
      await at(SECRETARIES[1], { width: 360, js }, async (page) => {
        t.diagnostic(`${await byTouch(page)} taps for a pass, its undoing and a return`);
      });
    });
  }
  test('by keyboard alone', { timeout: 120_000 }, async () => {
    await at(SECRETARIES[0], { width: 1280, js: true }, byKeyboard);
  });
  test('by keyboard alone to the end of the queue', { timeout: 120_000 }, async (t) => {
    await at(SECRETARIES[0], { width: 1280, js: true }, async (page) => {
      const { decided, strokes } = await theRest(page);
      t.diagnostic(`${strokes} strokes for ${decided} pledges`);
    });
  });
  test('keys can be switched off and stay off', { timeout: 60_000 }, async () => {
    await at(SECRETARIES[1], { width: 1280, js: true }, async (page) => {
      const before = await page.title();
      if (!await page.locator('[data-key-switch]').isVisible()) return;
      await page.locator('[data-key-switch]').click();
      await page.reload();
      await page.keyboard.press('q');
      await page.keyboard.press('1');
      assert.equal(await page.title(), before);
      assert.equal(await page.locator('.yn :checked').count(), 0);
    });
  });
});

// A whole queue of the size the product is made for, by keyboard and by finger: what it takes is printed.
describe('a long queue', () => {
  let stage;
  before(async () => { stage = await Stage.open({ people: 1100, stage: 'review' }); }, { timeout: 180_000 });
  after(async () => { await stage?.close(); });

  test('by keyboard alone', { timeout: 180_000 }, async (t) => {
    const page = await stage.as(SECRETARIES[0], { width: 1280, js: true });
    try {
      await page.goto(`${stage.base}/review`);
      const { decided, strokes, flagged, read } = await longQueue(page);
      t.diagnostic(`${strokes} strokes for ${decided} pledges, ${flagged} of them flagged; ${Math.round(read / decided)} characters a pledge`);
      assert.ok(decided >= LONG, `only ${decided} waited`);
      assert.ok(read / decided >= 100, `${read} characters in ${decided} pledges`);
      assert.equal(strokes, decided + flagged, 'one stroke for a clean one, two for a flagged one');
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  });
  test('by touch alone without JavaScript', { timeout: 180_000 }, async (t) => {
    const page = await stage.as(SECRETARIES[1], { width: 360, js: false });
    try {
      await page.goto(`${stage.base}/review`);
      const { decided, flagged, taps } = await longQueueByTouch(page);
      const clean = decided - flagged;
      t.diagnostic(`${taps.clean} taps for ${clean} clean pledges, ${taps.flagged} for ${flagged} flagged ones`);
      assert.ok(decided >= LONG, `only ${decided} waited`);
      assert.ok(taps.clean <= Math.ceil(clean / 3), 'three clean ones with one tap');
      await noHorizontalScroll(page);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  });
});
