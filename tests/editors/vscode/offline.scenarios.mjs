// offline.scenarios.mjs -- what works without any model: findings and rewrites.
import assert from 'node:assert/strict';
import { scenario } from './scenario.mjs';

const PY = `import requests


def rate(currency):
    try:
        return requests.get(f"/rates/{currency}").json()["rate"]
    except:
        return 1.0
`;

scenario('the lightbulb offers a rewrite, and it works offline', { 'rates.py': PY }, async (w, world) => {
  await w.openFile('rates.py');
  await w.diagnosed();
  await w.goTo(7, 6);
  await w.page.locator('.codicon-light-bulb, .codicon-lightbulb, .lightBulbWidget, .codicon-gutter-lightbulb').first().waitFor();
  await w.actions("Catch Exception");
  await w.screenshot('quick-fix');
  await w.keys.press('Enter');
  await w.saved('rates.py', PY.replace('except:', 'except Exception:'));
  assert.equal(world.models.asked.length, 0, 'no model was asked');
});
