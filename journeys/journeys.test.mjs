// One journey per role, on a phone and at a desk, with JavaScript and without: each comes to do what
// PRODUCT.md says the role comes for, and does it by the words on the page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { words } from './labels.mjs';
import { Stage, fillForm, noHorizontalScroll, press } from './lib.mjs';

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

/** Answers page after page of a form until its last button has been pressed. */
async function answerAll(page, last, values = {}) {
  for (let step = 0; step < 8; step += 1) {
    await fillForm(page, values);
    const button = page.locator('main button.go:visible').first();
    const ended = last.test(await button.innerText());
    await press(page, button);
    assert.equal(await page.locator('.box.err, .box.bad[role="alert"]').count(), 0, `refused at ${page.url()}`);
    if (ended) return;
  }
  assert.fail(`no end after eight pages, at ${page.url()}`);
}

during('propose', (stage) => {
  // Each way files the pledge of another person or looks at the one already filed.
  journey(stage, 'participant', 'files a pledge', async (page) => {
    await follow(page, words.my_pledge);
    await answerAll(page, words.hand_in);
    assert.match(await page.locator('main').innerText(), words.number);
  }, [{ width: 360, js: false }]);
  journey(stage, 'participant_2', 'files a pledge', async (page) => {
    await follow(page, words.my_pledge);
    await answerAll(page, words.hand_in);
    assert.match(await page.locator('main').innerText(), words.number);
  }, [{ width: 1280, js: true }]);
});

during('review', (stage) => {
  for (const [role, ways] of [['branch_secretary', [WAYS[0], WAYS[3]]], ['line_leader', [WAYS[1]]], ['party_committee', [WAYS[2]]]]) {
    journey(stage, role, 'passes a pledge', async (page) => {
      await follow(page, words.review);
      const before = await page.locator('main').innerText();
      // Five answers of yes, then the button that passes.
      for (const yes of await page.locator('main article').first().locator('.yn input.y').all()) await yes.check({ force: true });
      await press(page, await find(page, words.pass));
      assert.notEqual(await page.locator('main').innerText(), before, 'the queue moves on');
    }, ways);
  }
});

during('publicise', (stage) => {
  journey(stage, 'campaign_office', 'previews and publishes', async (page) => {
    const before = (await stage().sitemap()).length;
    await follow(page, words.publish);
    // Preview, numbers, confirmation: the red button leads on until strangers see more pages than before.
    for (let step = 0; step < 4; step += 1) {
      await fillForm(page);
      const button = page.locator('main .btn.go:visible').first();
      if (await button.count() === 0) break;
      await press(page, button);
      if ((await stage().sitemap()).length > before) return;
    }
    assert.fail(`nothing new is public after ${page.url()}`);
  }, [WAYS[3]]);
});

during('appraise', (stage) => {
  journey(stage, 'public', 'reads the board and gives a grade', async (page, { width }) => {
    await follow(page, words.board);
    await press(page, page.locator('main a.stretch, main .row a').first());
    assert.equal(await page.locator('h1').count(), 1);
    await follow(page, words.rate);
    await fillForm(page);
    await press(page, page.locator('main button.go').first());
    assert.equal(await page.locator('main .faces').count(), 0, `still asks at ${width} px: ${page.url()}`);
    assert.match(await page.locator('main').innerText(), words.code);
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
