// One journey per role, on a phone and at a desk, with JavaScript and without: each comes to do what
// PRODUCT.md says the role comes for, and does it by the words on the page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { words } from './labels.mjs';
import { Stage, noHorizontalScroll, press, tap } from './lib.mjs';

const PEOPLE = Number(process.env.JOURNEYS_PEOPLE || 60);
const WAYS = [{ width: 360, js: true }, { width: 360, js: false }, { width: 1280, js: true }, { width: 1280, js: false }];

/** The first link, then button, with these words that can be seen; the page's main part first. */
async function find(page, label) {
  for (const part of ['main', 'body']) {
    for (const role of ['link', 'button']) {
      const all = page.locator(part).getByRole(role, { name: label });
      for (const one of await all.all()) if (await one.isVisible()) return one;
    }
  }
  throw new Error(`nothing reads ${label} on ${page.url()}`);
}

const follow = async (page, label) => press(page, await find(page, label));

/** One test for each way to look at the pages, each from the role's first page. */
function journey(stage, role, name, walk, ways = WAYS) {
  for (const way of ways) {
    test(`${role} ${name} at ${way.width} px ${way.js ? 'with' : 'without'} JavaScript`, { timeout: 120_000 }, async () => {
      const page = await stage().as(role, way);
      try {
        await walk(page, way);
        await noHorizontalScroll(page);
        assert.deepEqual(page.faults, []);
      } finally {
        await page.context().close();
      }
    });
  }
}

/** A campaign in one stage for the tests inside. */
function during(name, walks) {
  describe(name, () => {
    let stage;
    before(async () => { stage = await Stage.open({ people: PEOPLE, stage: name }); }, { timeout: 180_000 });
    after(async () => { await stage?.close(); });
    walks(() => stage);
  });
}

/** Writes one own sentence on a page of the form and goes on. */
async function writeItem(page, content) {
  const own = page.locator('input[name=sentence][value=own]');
  if (await own.count()) {
    await tap(page.locator(`label[for="${await own.getAttribute('id')}"]`));
  }
  await page.locator('[name=own]').fill(content);
  await page.locator('[name=due_date]').fill(`${new Date().getFullYear() + 1}年6月30日`);
  await press(page, page.locator('main button[name=go][value=next]').first());
}

/** From 开始填写 to the receipt: five short pages. */
async function filePledge(page) {
  await follow(page, words.my_pledge);
  await press(page, page.locator('main .btn.go:visible').first());
  for (let step = 0; step < 6 && !/\/sign/.test(page.url()); step += 1) {
    if (await page.locator('[name=own]').count()) {
      await writeItem(page, `每月为20名孕妇讲一次孕期营养课，全年不少于${12 + step}次`);
    } else {
      await press(page, page.locator('main .btn.go:visible').first());
    }
  }
  const name = (await page.locator('.util a[href="/me"]').innerText()).trim();
  await tap(page.locator('label[for=f-consent]'));
  await page.locator('[name=signature]').fill(name);
  // Without a script there is no pad, and the typed name signs alone.
  assert.equal(await page.locator('[data-pad] canvas').isVisible(), false);
  await press(page, page.locator('main button.go:visible').first());
  assert.match(await page.locator('main').innerText(), words.number, page.url());
}

/** Writes two strokes and a dot on the pad to sign on, after one that is cleared away. */
async function signByHand(page) {
  const pad = page.locator('[data-pad] canvas');
  const stroke = async (...points) => {
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    const at = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
    await page.mouse.move(...at[0]);
    await page.mouse.down();
    for (const point of at) await page.mouse.move(...point, { steps: 6 });
    await page.mouse.up();
  };
  await stroke([0.1, 0.1], [0.9, 0.9]);
  await tap(page.locator('[data-pad-clear]'));
  await stroke([0.2, 0.3], [0.4, 0.25]);
  await stroke([0.3, 0.1], [0.3, 0.9], [0.5, 0.6]);
  await stroke([0.7, 0.5]);
  const drawn = JSON.parse(await page.locator('input[name=drawn]').inputValue());
  assert.deepEqual(drawn.map((points) => points.length), [2, 3, 1], 'straight lines need no more points');
}

/** Counts what a thumb does: every tap, the one that puts the cursor into a field too, and every character. */
class Thumb {
  constructor(page) { this.page = page; this.taps = 0; this.typed = 0; this.pages = new Set(); }
  /** A tap that stays on the page. */
  async tap(target) { this.taps += 1; this.pages.add(new URL(this.page.url()).pathname); await target.tap(); }
  /** A tap that leads on. */
  async press(target) { this.taps += 1; this.pages.add(new URL(this.page.url()).pathname); await press(this.page, target); }
  async type(target, text) {
    // Where the page has put the cursor already, no tap is needed.
    if (!await target.evaluate((field) => field === document.activeElement)) await this.tap(target);
    await this.page.keyboard.insertText(text);
    this.typed += [...text].length;
  }
}

/** What goes into a place of a model sentence, by its name. */
function filling(place) {
  if (/日期|期限|时限|date|deadline/i.test(place)) return '年底';
  if (/周期|频次|period|frequency/i.test(place)) return '月';
  if (/数|小时|number|times|hours/i.test(place)) return '6';
  return '孕妇';
}

/** A member with a phone: one model sentence, its places, his name. At most 5 pages, 14 taps, 20 characters (J1). */
async function fileBySentence(page, stage) {
  const thumb = new Thumb(page);
  await page.goto(new URL('/my-pledge', page.url()).href);
  await thumb.press(page.locator('main form[action$="/start"] button'));
  const form = new Set();
  for (let step = 0; step < 6 && !/\/sign/.test(page.url()); step += 1) {
    form.add(new URL(page.url()).pathname);
    if (/practical_deed/.test(page.url())) {
      // The sentence with the fewest places.
      const all = await page.locator('.pick:has(.blank)').all();
      const counts = await Promise.all(all.map((one) => one.locator('.blank').count()));
      const pick = all[counts.indexOf(Math.min(...counts))];
      await thumb.tap(pick.locator('label').first());
      for (const blank of await pick.locator('.blank').all()) {
        await thumb.type(blank, filling(await blank.getAttribute('placeholder')));
      }
      await page.locator('#lights .tag.ok').first().waitFor({ timeout: 20_000 });
      // Two seconds after the last key it is kept, and lies on another screen too, without JavaScript there.
      await page.waitForFunction(() => /\d:\d\d/.test(document.getElementById('saved').textContent), null, { timeout: 20_000 });
      const typed = await pick.locator('.blank').evaluateAll((all) => all.map((one) => one.value));
      const desk = await stage.as('participant_2', { width: 1280, js: false });
      try {
        await desk.goto(page.url());
        const there = await desk.locator('.pick:has(:checked) .blank').evaluateAll((all) => all.map((one) => one.value));
        assert.deepEqual(there, typed);
      } finally {
        await desk.context().close();
      }
    }
    await thumb.press(page.locator('main .btn.go:visible').first());
  }
  form.add(new URL(page.url()).pathname);
  const name = (await page.locator('.util a[href="/me"]').innerText()).trim();
  await thumb.tap(page.locator('label[for=f-consent]'));
  await thumb.type(page.locator('[name=signature]'), name);
  // It may be left out, and is not counted.
  await signByHand(page);
  await thumb.press(page.locator('main button.go:visible').first());
  assert.match(await page.locator('main').innerText(), words.number, page.url());
  await page.goto(new URL('/my-pledge', page.url()).href);
  assert.equal(await page.locator('svg.ink').count(), 1, 'what was drawn is shown to whoever drew it');
  const told = `${form.size} pages, ${thumb.taps} taps, ${thumb.typed} characters`;
  console.log(`# ${told}`);
  assert.ok(form.size <= 5 && thumb.taps <= 14 && thumb.typed <= 20, told);
}

/** Somebody who stops to think while he writes: what he wrote is kept at each pause, as one item. */
async function pauseWhileWriting(page) {
  await page.goto(new URL('/my-pledge', page.url()).href);
  await press(page, page.locator('main form[action$="/withdraw"] button'));
  await page.goto(new URL('/my-pledge/write/common_commitment?item=new', page.url()).href);
  const own = page.locator('[name=own]');
  await own.click();
  for (const words of ['每周给新来的药师讲一课', '，年底前讲满五次', '，每次不少于8人']) {
    const kept = page.waitForResponse((answer) => answer.request().method() === 'POST' && /\/write\//.test(answer.url()));
    await page.keyboard.insertText(words);
    assert.equal((await kept).status(), 200);
    await page.locator('#saved', { hasText: /\d:\d\d/ }).waitFor({ timeout: 20_000 });
  }
  await page.goto(new URL('/my-pledge/sign', page.url()).href);
  const items = await page.locator('section[aria-labelledby=answers] .row').allInnerTexts();
  const mine = items.filter((text) => text.includes('药师'));
  assert.equal(mine.length, 1, mine.join('\n'));
  assert.match(mine[0].replace(/\s/g, ''), /年底前讲满五次，每次不少于8人/);
}

during('propose', (stage) => {
  journey(stage, 'participant', 'files a pledge', filePledge, [WAYS[1]]);
  journey(stage, 'participant', 'pauses while writing and keeps one item', pauseWhileWriting, [WAYS[0]]);
  journey(stage, 'participant_2', 'files with model sentences in few taps and characters', (page) => fileBySentence(page, stage()), [WAYS[0]]);
  journey(stage, 'participant_2', 'sees what became of his pledge', async (page) => {
    await follow(page, words.my_pledge);
    assert.ok((await page.locator('main').innerText()).length > 40);
  }, [WAYS[2]]);
});

during('review', (stage) => {
  for (const [role, way] of [['branch_secretary', WAYS[0]], ['branch_secretary_2', WAYS[3]], ['line_leader', WAYS[1]]]) {
    journey(stage, role, 'decides on a pledge', async (page) => {
      await follow(page, words.review);
      const before = await page.locator('main').innerText();
      const card = page.locator('main form:has(button[name=verdict][value=confirm])').first();
      if (await card.count() === 0) {
        assert.match(before, /没有|审完|还有 0|0 份/, 'an empty queue says so');
        return;
      }
      // Five answers of yes, then the button that passes.
      for (const yes of await card.locator('.yn input:not(.n)').all()) {
        await tap(page.locator(`label[for="${await yes.getAttribute('id')}"]`));
      }
      await press(page, card.locator('button[name=verdict][value=confirm]'));
      assert.notEqual(await page.locator('main').innerText(), before, 'the queue moves on');
      assert.equal(await page.locator('.box.bad[role="alert"]').count(), 0, 'nothing refused');
    }, [way]);
  }
});

during('publicise', (stage) => {
  journey(stage, 'campaign_office', 'sees what strangers will see before publishing', async (page) => {
    await follow(page, words.publish);
    const previews = await page.locator('main a[href*="/publication/preview"]').evaluateAll((all) => all.map((a) => a.href));
    assert.ok(previews.length, 'a preview is offered');
    // Some batches are published already and say so; one still waits.
    const texts = [];
    for (const preview of previews) {
      await page.goto(preview);
      texts.push(await page.locator('main').innerText());
    }
    assert.ok(texts.every((text) => /可以公布|留下不公布|没有等待公布/.test(text)), texts[0]);
    assert.ok(texts.some((text) => /可以公布|留下不公布/.test(text)), 'nothing waits for publication');
  }, [WAYS[0], WAYS[3]]);
});

during('appraise', (stage) => {
  journey(stage, 'public', 'reads the board and gives a grade', async (page, { width }) => {
    await follow(page, words.board);
    await press(page, page.locator('main a.stretch[href^="/pledges/"]').first());
    assert.equal(await page.locator('h1').count(), 1);
    await press(page, page.locator('main a[href^="/feedback/"]').first());
    await tap(page.locator('main label[for=g5]'));
    await press(page, page.locator('main button.go').first());
    assert.match(await page.locator('main').innerText(), words.code, `no receipt at ${width} px: ${page.url()}`);
    assert.match(await page.locator('main').innerText(), /[0-9A-Z]{4}-?[0-9A-Z]{2,}/, 'the receipt names a code');
  });
  journey(stage, 'public', 'turns the text size and the language', async (page) => {
    await follow(page, words.elder);
    assert.ok(Number(await page.locator('html').getAttribute('data-fs')) >= 20);
    await follow(page, words.english);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });
  for (const [role, label] of [
    ['participant', words.my_pledge], ['branch_secretary', words.todo], ['line_leader', words.todo],
    ['party_committee', words.todo], ['campaign_office', words.figures], ['supervisor', words.supervise],
    ['publisher', words.publish], ['system_admin', words.system], ['security_admin', words.grants],
    ['audit_admin', words.audit],
  ]) {
    journey(stage, role, 'comes in and finds the work', async (page) => {
      await follow(page, label);
      assert.ok((await page.locator('main').innerText()).length > 20);
    });
  }
});
