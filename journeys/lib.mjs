// What every journey needs: the demo campaign as a child process, a browser, a signed-in page for each
// role, and the checks that hold on every page. Builds nothing; `scripts/journeys` does.
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The two screens of the design: a phone and a desk. */
export const SCREENS = { 360: { width: 360, height: 740 }, 1280: { width: 1280, height: 900 } };

/** Every role that gets a sign-in link from the demo. */
export const ROLES = [
  'campaign_office', 'party_committee', 'branch_secretary', 'branch_secretary_2', 'line_leader',
  'participant', 'participant_2', 'supervisor', 'publisher', 'system_admin', 'security_admin', 'audit_admin',
];

function which(program) {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Opens the browser. CHROMIUM names another program. */
export async function openBrowser() {
  const executablePath = process.env.CHROMIUM || which('chromium');
  if (!executablePath) throw new Error('no Chromium here: install the package chromium or set CHROMIUM');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/**
 * Starts the demo campaign and waits for its line of JSON.
 * @param {{stage?: string, people?: number, seed?: number}} [options] as `jiannuo demo --help` explains them
 * @returns {Promise<{base_url: string, campaign: string, links: Record<string, string>, stop: () => Promise<void>}>}
 */
export async function startDemo({ stage, people, seed } = {}) {
  const program = process.env.JIANNUO_BIN || path.join(here, '../target/debug/jiannuo');
  const args = ['demo', '--json', '--listen', '127.0.0.1:0'];
  if (stage) args.push('--stage', stage);
  if (people) args.push('--people', String(people));
  if (seed) args.push('--seed', String(seed));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (piece) => { complaints = (complaints + piece).slice(-4000); });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const ready = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${program} was not ready in 120 s\n${complaints}`)), 120_000);
    const settle = (act) => (value) => { clearTimeout(late); act(value); };
    child.once('error', settle((fault) => reject(new Error(`${program} does not start: ${fault.message}`))));
    child.once('exit', settle((code) => reject(new Error(`${program} ended with ${code}\n${complaints}`))));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) settle(resolve)(JSON.parse(line));
    });
  }).catch((fault) => { child.kill('SIGKILL'); throw fault; });
  return {
    ...ready,
    base_url: ready.base_url.replace(/\/$/, ''),
    async stop() {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** A demo campaign with a browser in front of it. Sign-in links are used once; the session is kept. */
export class Stage {
  /** @param {Parameters<typeof startDemo>[0]} [options] */
  static async open(options) {
    const demo = await startDemo(options);
    try {
      return new Stage(demo, await openBrowser());
    } catch (fault) {
      await demo.stop();
      throw fault;
    }
  }

  constructor(demo, browser) {
    this.demo = demo;
    this.browser = browser;
    this.base = demo.base_url;
    this.sessions = new Map();
  }

  async close() {
    await this.browser.close();
    await this.demo.stop();
  }

  /**
   * A page of somebody: a role of ROLES, or `public` for a visitor without an account.
   * Where the page lands first is in `page.home`; what went wrong on it gathers in `page.faults`.
   * @param {string} role
   * @param {{width?: 360|1280, js?: boolean, lang?: 'zh-CN'|'en'}} [how]
   */
  async as(role, { width = 1280, js = true, lang = 'zh-CN' } = {}) {
    const known = this.sessions.get(role);
    const context = await this.browser.newContext({
      viewport: SCREENS[width],
      hasTouch: width < 768,
      isMobile: width < 768,
      javaScriptEnabled: js,
      locale: lang,
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      storageState: known?.state,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    watch(page);
    if (role === 'public') {
      page.home = '/';
      await page.goto(this.base);
    } else if (known) {
      page.home = known.home;
      await page.goto(this.base + known.home);
    } else {
      await this.signIn(page, role);
    }
    return page;
  }

  async signIn(page, role) {
    const link = this.demo.links[role];
    if (!link) throw new Error(`the demo gives no link for ${role}`);
    const at = new URL(link, this.base);
    await page.goto(at.href);
    // The link shows a page with one button, so that a chat program's preview does not use it up.
    if (new URL(page.url()).pathname === at.pathname) {
      const enter = page.locator('main button.go');
      if (await enter.count()) await Promise.all([page.waitForLoadState(), enter.first().click()]);
    }
    page.home = new URL(page.url()).pathname;
    this.sessions.set(role, { state: await page.context().storageState(), home: page.home });
  }

  /** The addresses in the site map, as paths. */
  async sitemap() {
    const answer = await fetch(`${this.base}/sitemap.xml`);
    if (!answer.ok) throw new Error(`/sitemap.xml answers ${answer.status}`);
    const paths = [...(await answer.text()).matchAll(/<loc>\s*([^<\s]+)\s*<\/loc>/g)]
      .map(([, address]) => new URL(address.replaceAll('&amp;', '&'), this.base))
      .map((address) => address.pathname + address.search);
    return [...new Set(paths)];
  }

  /**
   * The pages a role reaches by links from its home, breadth first. GET only, this server only; of pages
   * that differ only by an id at most `perPattern` are taken, and no more than `limit` in all. Pages in
   * `skip` were looked at elsewhere.
   */
  async crawl(page, { limit = 60, perPattern = 1, skip = [] } = {}) {
    const seen = new Map(skip.map((address) => [patternOf(address), new Set(Array(perPattern).keys())]));
    seen.delete(patternOf(page.home));
    const queue = [page.home];
    const found = [];
    while (queue.length && found.length < limit) {
      const next = queue.shift();
      const pattern = patternOf(next);
      const times = seen.get(pattern)?.size ?? 0;
      if (times >= perPattern || seen.get(pattern)?.has(next)) continue;
      seen.set(pattern, (seen.get(pattern) ?? new Set()).add(next));
      const answer = await page.goto(this.base + next);
      if (!/html/.test(answer?.headers()['content-type'] ?? '')) continue;
      found.push(next);
      queue.push(...await linksOf(page));
    }
    return found;
  }
}

/** Gathers script errors, refused resources and failed requests of a page into `page.faults`. */
export function watch(page) {
  page.faults = [];
  page.on('pageerror', (fault) => page.faults.push(`script error: ${fault.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') page.faults.push(`console: ${line.text()} (${line.location().url})`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) page.faults.push(`${answer.status()} from ${answer.url()}`);
  });
}

/** One word for all addresses that differ only by ids, numbers or the values of a query. */
export function patternOf(address) {
  const { pathname, searchParams } = new URL(address, 'http://127.0.0.1');
  const steps = pathname.split('/').map((step) => (/\d/.test(step) || /[^\x20-\x7e]|%/.test(step) ? '*' : step));
  return `${steps.join('/')}?${[...new Set(searchParams.keys())].sort().join('&')}`;
}

/** The links of the open page that lead to another page of this server. */
export async function linksOf(page) {
  const hrefs = await page.locator('a[href]:not([download])').evaluateAll((all) => all.map((a) => a.href));
  const origin = new URL(page.url()).origin;
  return [...new Set(hrefs)]
    .map((href) => new URL(href))
    .filter((url) => url.origin === origin)
    .filter((url) => !/\.(pdf|xlsx|docx|ofd|csv|zip|txt|xml|json|atom|svg|png|ics|toml|html)$|^\/files\//.test(url.pathname))
    .filter((url) => !/sign-?out|logout|\/publication\/sheets/.test(url.pathname))
    .filter((url) => !['fs', 'lang', 'hc', 'elder', 'auto'].some((name) => url.searchParams.has(name)))
    .map((url) => url.pathname + url.search);
}

/**
 * Serious and critical findings of axe-core on the open page, one line each; none is what we want. Needs a
 * page with JavaScript: without it the timers of axe-core never run.
 */
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map((node) => `axe ${id}: ${help} at ${node.target.join(' ')}`));
}

/** What sticks out to the right of the screen, one line each. */
export async function sticksOut(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const width = document.documentElement.scrollWidth;
    if (width <= room + 1) return [];
    const names = [...document.body.querySelectorAll('*')]
      .filter((e) => e.getBoundingClientRect().right > room + 1)
      .slice(-3)
      .map((e) => `${e.tagName.toLowerCase()}.${[...e.classList].join('.')}`);
    return [`scrolls sideways: ${width} px in ${room} px (${names.join(', ')})`];
  });
}

/** Throws when the open page scrolls sideways. */
export async function noHorizontalScroll(page) {
  const faults = await sticksOut(page);
  if (faults.length) throw new Error(`${page.url()}: ${faults.join('; ')}`);
}

/** Everything that must hold on every page, on both screens. Returns what does not, one line each. */
export async function inspect(page, address, { widths = [360, 1280] } = {}) {
  page.faults.length = 0;
  const answer = await page.goto(address);
  const faults = [];
  if (answer && answer.status() >= 400) faults.push(`answers ${answer.status()}`);
  if (await page.locator('h1').count() !== 1) faults.push('has not exactly one h1');
  const title = await page.title();
  if (!title.trim()) faults.push('has no title');
  const bare = (await page.locator('body').innerText()).match(/\b[a-z_]+\.[a-z_]+(?:\.[a-z_]+)*\b(?![@/])/g) ?? [];
  const keys = bare.filter((word) => /_/.test(word) && !/\.(xlsx|toml|json|csv|pdf)$/.test(word));
  if (keys.length) faults.push(`shows a key of the catalogue: ${keys.slice(0, 3).join(', ')}`);
  for (const width of widths) {
    await page.setViewportSize(SCREENS[width]);
    for (const fault of [...await sticksOut(page), ...await axe(page)]) faults.push(`${width} px: ${fault}`);
  }
  return [...faults, ...page.faults].map((fault) => `${new URL(address).pathname}${new URL(address).search} ${fault}`);
}

/** A picture of the whole page. */
export async function shot(page, file, { whole = true } = {}) {
  const target = path.resolve(here, file);
  mkdirSync(path.dirname(target), { recursive: true });
  await page.screenshot({ path: target, fullPage: whole, animations: 'disabled' });
  return target;
}

/**
 * Taps something as a person does who first moves it clear of whatever lies over the edge of the screen. Playwright
 * would move it by itself, but only at its second try, and without JavaScript it never comes to one: it waits by a
 * timer of the page, and such a page runs no timers.
 */
export async function tap(target) {
  await target.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await target.click();
}

/** Presses what leads on and waits for the next page. */
export async function press(page, target) {
  const what = typeof target === 'string' ? page.locator(target) : target;
  await tap(what.first());
  await page.waitForLoadState();
}

/**
 * Fills every empty field of the page's main form as a person would who wants to get on: the first choice
 * of each group, a checkable sentence in each text, a day in each date. `values` sets fields by name.
 */
export async function fillForm(page, values = {}, form = 'main form[method="post" i]') {
  const fields = page.locator(form).first().locator('input:visible, textarea:visible, select:visible, .pick input, .face input, .yn input');
  const done = new Set();
  for (const field of await fields.all()) {
    const [name, type, filled, tag] = await field.evaluate((e) => [
      e.name, e.type, e.type === 'radio'
        ? [...e.form.elements].some((other) => other.name === e.name && other.checked) : e.value !== '' && e.type !== 'checkbox',
      e.tagName]);
    if (!name || ['hidden', 'submit', 'button', 'file'].includes(type)) continue;
    if (name in values) {
      if (done.has(name)) continue;
      done.add(name);
      await setField(page, form, name, type, tag, values[name]);
    } else if (!filled) {
      await fillEmpty(page, form, field, { name, type, tag }, done);
    }
  }
}

async function setField(page, form, name, type, tag, value) {
  const all = page.locator(form).first().locator(`[name="${name}"]`);
  if (type === 'radio' || type === 'checkbox') {
    await page.locator(form).first().locator(`[name="${name}"][value="${value}"]`).check({ force: true });
  } else if (tag === 'SELECT') {
    await all.first().selectOption(value);
  } else {
    await all.first().fill(value);
  }
}

async function fillEmpty(page, form, field, { name, type, tag }, done) {
  if (type === 'radio') {
    if (!done.has(name)) await field.check({ force: true });
    done.add(name);
  } else if (type === 'checkbox') {
    if (await field.getAttribute('required') !== null) await field.check({ force: true });
  } else if (tag === 'TEXTAREA') {
    await field.fill('到2026年12月31日前，为首次生育的产妇做产前一对一讲解，共40人。');
  } else if (type === 'date') {
    await field.fill('2026-12-31');
  } else if (type === 'number' || await field.getAttribute('inputmode') === 'numeric') {
    await field.fill('40');
  } else if (type === 'text') {
    await field.fill('首次生育的产妇');
  }
}
