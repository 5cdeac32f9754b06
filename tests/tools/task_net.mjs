// task_net.mjs -- the network (tests/lib/net.h) over features; for train_tasks.mjs.  What it
// says is what server/analysis/task_net.c says.
import { spawnSync } from 'node:child_process';

import { K, groupsText, inBytes, inLines, loudest, rowOf, rowsOf, vocabulary } from './task_cases.mjs';

// As in tests/lib/net.h.
const VECTOR = 64;
const IN = 2 * VECTOR;
const HIDDEN = 128;
const PER_FEATURE = K + VECTOR;
const LAYERS = { gain: IN, offset: IN, w1: IN * HIDDEN, b1: HIDDEN, w2: HIDDEN * K, b2: K };

const BARE = 0.3; // what an instruction without its place counts beside the one with it

// As they are written: weights of a feature are whole numbers of its own units, from -31 to
// 31, each a letter; those of the layers are of one unit.
const MOST = 31;
const UNITS = 65536;
const LAYER_UNITS = 4096;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

// The instruction is one part, the place the other.
const partOf = (space) => (space[0] === 'w' || space[0] === 's' ? 0 : 1);

function partsOf(cases, features) {
  const part = new Map();
  for (const one of cases) for (const [hash, , space] of one.features) part.set(hash, partOf(space));
  return features.map((hash) => part.get(hash));
}

// The work is done by PROGRAM.
function trainOn(program, cases, model, features) {
  const { index, rows } = rowsOf(cases, model, features, BARE);
  const parts = partsOf(cases, features);
  const input = inBytes([rows.length, features.length, K, model.epochs, model.seed, ...parts], rows);
  const { stdout, status } = spawnSync(program, ['net'], { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} net failed`);
  let at = 0;
  const take = (n) => Float64Array.from({ length: n }, () => stdout.readFloatLE(4 * at++));
  const weights = take(features.length * PER_FEATURE);
  const layers = Object.fromEntries(Object.entries(LAYERS).map(([name, n]) => [name, take(n)]));
  return { model, features, index, parts, rows, weights, layers };
}

function quantise(trained) {
  const units = [];
  const weights = trained.weights.slice();
  for (let i = 0; i < trained.features.length; i++) {
    const from = i * PER_FEATURE;
    const mean = weights.subarray(from, from + K).reduce((sum, value) => sum + value / K, 0);
    for (let k = 0; k < K; k++) weights[from + k] -= mean; // only differences between labels matter
    units.push([[0, K], [K, PER_FEATURE]].map(([a, b]) => {
      const own = weights.subarray(from + a, from + b);
      const unit = Math.min(65535, Math.max(1, Math.ceil((Math.max(...own.map(Math.abs)) * UNITS) / MOST)));
      own.forEach((value, j) => (own[j] = Math.max(-MOST, Math.min(MOST, Math.round((value * UNITS) / unit)))));
      return unit;
    }));
  }
  const layers = Object.fromEntries(Object.entries(trained.layers).map(([name, values]) =>
    [name, values.map((value) => Math.max(-32768, Math.min(32767, Math.round(value * LAYER_UNITS))))]));
  return { ...trained, units, weights, layers };
}

// First with all features, to see which matter; then with those alone.
export function learnNet(program, cases, model) {
  const all = trainOn(program, cases, model, vocabulary(cases, model, 2));
  const loudness = (i) => Math.hypot(...all.weights.subarray(i * PER_FEATURE, (i + 1) * PER_FEATURE));
  return quantise(trainOn(program, cases, model, loudest(all.features, loudness, all.rows, model.keep)));
}

function normalise(sum, part, { gain, offset }, to) {
  const mean = sum.reduce((a, b) => a + b, 0) / VECTOR;
  const deviation = Math.sqrt(sum.reduce((a, b) => a + (b - mean) ** 2, 0) / VECTOR + 1e-5);
  for (let d = 0; d < VECTOR; d++) {
    const i = part * VECTOR + d;
    to[i] = (((sum[d] - mean) / deviation) * gain[i] + offset[i]) / LAYER_UNITS;
  }
}

// A score for each label.
export function netScores({ model, index, parts, units, weights, layers }, one) {
  const row = rowOf(one, model, index);
  const z = layers.b2.map((value) => value / LAYER_UNITS);
  const sums = [new Float64Array(VECTOR), new Float64Array(VECTOR)];
  const into = new Float64Array(IN);
  for (let j = 0; j < row.at.length; j++) {
    const i = row.at[j];
    const [byLabel, byVector] = units[i].map((unit) => (unit / UNITS) * row.value[j]);
    const sum = sums[parts[i]];
    for (let k = 0; k < K; k++) z[k] += byLabel * weights[i * PER_FEATURE + k];
    for (let d = 0; d < VECTOR; d++) sum[d] += byVector * weights[i * PER_FEATURE + K + d];
  }
  sums.forEach((sum, part) => normalise(sum, part, layers, into));
  for (let j = 0; j < HIDDEN; j++) {
    let hidden = layers.b1[j];
    for (let d = 0; d < IN; d++) hidden += layers.w1[d * HIDDEN + j] * into[d];
    if (hidden <= 0) continue;
    for (let k = 0; k < K; k++) z[k] += (layers.w2[j * K + k] / LAYER_UNITS) * (hidden / LAYER_UNITS);
  }
  return z;
}

export function netText(trained, temperature) {
  const { model: { name }, features, units, weights, layers } = trained;
  const letters = features.map((_, i) =>
    `    "${Array.from(weights.subarray(i * PER_FEATURE, (i + 1) * PER_FEATURE), (value) => LETTERS[value + MOST + 1]).join('')}",`);
  return `
static const uint32_t ${name}_features[] = {
${inLines(features, 10)}
};
static const uint16_t ${name}_units[][2] = {
${inLines(units.map((two) => `{${two.join(',')}}`), 9)}
};
static const char ${name}_letters[][${PER_FEATURE}] = {
${letters.join('\n')}
};
${Object.entries(layers).map(([layer, values]) => `static const int16_t ${name}_${layer}[] = {
${inLines(Array.from(values), 20)}
};`).join('\n')}
${groupsText(trained.model)}
#define ${name.toUpperCase()}_TEMPERATURE ${temperature.toFixed(2)}
`;
}
