// scenario.mjs -- one scenario after another in the one world; a picture of what was
// on the screen when one fails.
import { test } from 'node:test';

const words = process.argv.slice(2).map((word) => new RegExp(word, 'i'));
export const all = !words.length;
export const counts = { passed: 0, failed: 0 };
export const shared = { world: undefined };

/** Ours and not the runner's time limit: what was on the screen is still kept. */
async function within(ms, run) {
  let timer;
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error(`not over after ${ms} ms`)), ms)));
  await Promise.race([run, late]).finally(() => clearTimeout(timer));
}

/** `files`: those of the folder that the window opens; without it `run` gets the world. */
export function scenario(name, files, run) {
  if (words.length && !words.some((word) => word.test(name))) return;
  test(name, async () => {
    const { world } = shared;
    const before = world.context.pages().length;
    const window = files ? await world.open(files) : undefined;
    try {
      await within(150_000, run(window ?? world, world));
      counts.passed++;
    } catch (error) {
      counts.failed++;
      for (const [i, page] of world.context.pages().slice(before).entries())
        await page
          .screenshot({ path: `${process.env.VSCODE_OUT}/failed-${name.replace(/\W+/g, '-')}-${i}.png` })
          .catch(() => undefined);
      throw error;
    } finally {
      for (const page of world.context.pages()) await page.close();
      world.models.keys = {};
      world.models.asked.length = 0;
      world.settings();
    }
  });
}
