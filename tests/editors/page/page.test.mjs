// page.test.mjs -- what a reader of the page sees: bars as long as their figures, in
// either colour scheme, on a wide and on a narrow window, with nothing from elsewhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const require = createRequire(path.join(process.env.PAGE_PLACE, 'package.json'));
const { chromium } = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');
const { TRIMTAB, CHROMIUM, PAGE_OUT } = process.env;
const here = import.meta.dirname;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-page-'));
const env = { ...process.env, HOME: folder, TRIMTAB_STATE_DIR: path.join(folder, 'state'), TRIMTAB_CONFIG_DIR: folder };
const file = path.join(folder, 'stats.html');
let browser, stats;

const trimtab = (...args) => execFileSync(TRIMTAB, args, { env, encoding: 'utf8' });

before(async () => {
  execFileSync('python3', [path.join(here, 'outcomes.py'), env.TRIMTAB_STATE_DIR]);
  trimtab('stats', '--html', file);
  stats = JSON.parse(trimtab('stats', '--json'));
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
});

after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function open(colorScheme, width, target = file) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.asked = [];
  page.said = [];
  page.on('request', (request) => page.asked.push(request.url()));
  page.on('console', (message) => page.said.push(message.text()));
  page.on('pageerror', (error) => page.said.push(String(error)));
  await page.goto(`file://${target}`);
  return page;
}

/** Where things are, as the browser has laid them out. */
function measure() {
  const box = (e) => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return { x, y, width, height };
  };
  return {
    background: getComputedStyle(document.body).backgroundColor,
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    sections: [...document.querySelectorAll('section')].map((section) => ({
      title: section.querySelector('h2').textContent,
      text: section.textContent,
      axis: [...section.querySelectorAll('.axis')].map(box),
      bars: [...section.querySelectorAll('svg rect:not(.least)')].map((rect) => ({ ...box(rect), fill: getComputedStyle(rect).fill })),
      ranges: [...section.querySelectorAll('.range')].map(box),
      labels: [...section.querySelectorAll('svg text')].map((e) => ({ ...box(e), text: e.textContent })),
      rows: [...section.querySelectorAll('tr')].slice(1).map((tr) => [...tr.children].map((td) => td.textContent)),
    })),
  };
}

const apart = (a, b) =>
  a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5 || a.y + a.height <= b.y + 0.5 || b.y + b.height <= a.y + 0.5;

function checkClass(section, cls) {
  assert.equal(section.title, cls.class);
  assert.ok(section.text.includes(`Your results: ${cls.says}.`), section.text);
  assert.equal(section.bars.length, cls.models.length);
  const left = section.axis[0].x;
  const whole = section.axis.at(-1).x - left;
  for (const [i, model] of cls.models.entries()) {
    const near = (px, share, what) =>
      assert.ok(Math.abs(px / whole - share) < 0.01, `${cls.class} ${model.model}: ${what} is ${px / whole}, not ${share}`);
    near(section.bars[i].width, model.mean, 'the bar');
    near(section.ranges[i].x - left, model.interval[0], 'the low end');
    near(section.ranges[i].x + section.ranges[i].width - left, model.interval[1], 'the high end');
    assert.equal(section.rows[i][0], model.model);
    assert.equal(section.rows[i][1], `${model.kept} of ${model.outcomes}`);
    assert.equal(section.rows[i][2], String(model.accepted));
    assert.equal(section.rows[i][3], String(model.undone));
    assert.equal(section.rows[i][4], String(model.rejected));
    assert.equal(section.rows[i][5], String(model.refused));
    assert.equal(section.rows[i][6], `${model.won} of ${model.won + model.lost}`);
  }
}

for (const scheme of ['light', 'dark']) {
  for (const width of [1200, 420]) {
    test(`${scheme}, ${width} wide`, async () => {
      const page = await open(scheme, width);
      const seen = await page.evaluate(measure);
      await page.screenshot({ path: path.join(PAGE_OUT, `${scheme}-${width}.png`), fullPage: true });
      assert.deepEqual(page.said, []);
      assert.deepEqual(page.asked.filter((url) => url !== `file://${file}`), [], 'it asks for something else');
      assert.equal(seen.wider, 0, 'it is wider than the window');
      const light = seen.background.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) > 382;
      assert.equal(light, scheme === 'light', seen.background);
      assert.equal(seen.sections.length, stats.classes.length + 1, 'each class, and the money');
      stats.classes.forEach((cls, i) => checkClass(seen.sections[i], cls));
      for (const section of seen.sections) {
        for (const [i, label] of section.labels.entries()) {
          for (const other of [...section.bars, ...section.labels.slice(i + 1)])
            assert.ok(apart(label, other), `"${label.text}" lies on ${JSON.stringify(other)}`);
        }
      }
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html)}`), []);
      await page.context().close();
    });
  }
}

test('what the data say is what they say', () => {
  const of = (name) => stats.classes.find((c) => c.class === name);
  assert.equal(of('resilience').better, 'claude-sonnet-5');
  assert.match(of('schema').says, /cannot tell the models apart/);
  assert.match(of('other').says, /only one model/);
});

test('before there is any outcome', async () => {
  const empty = path.join(folder, 'empty.html');
  execFileSync(TRIMTAB, ['stats', '--html', empty], { env: { ...env, TRIMTAB_STATE_DIR: path.join(folder, 'none') } });
  const page = await open('light', 1200, empty);
  assert.match(await page.textContent('main'), /Nothing was recorded yet/);
  await page.context().close();
});

test('a file that cannot be written', () => {
  assert.throws(() => execFileSync(TRIMTAB, ['stats', '--html', path.join(folder, 'no', 'page.html')], { env, stdio: 'pipe' }),
    /cannot be written: No such file/);
});
