// task_linear.mjs -- the linear model: multinomial logistic regression (tests/lib/fit.c) over
// features; for train_tasks.mjs.  What it says is what server/analysis/task_linear.c says.
import { spawnSync } from 'node:child_process';

import { K, Real, groupsText, inBytes, inLines, loudest, rowOf, rowsOf, vocabulary } from './task_cases.mjs';

// The work is done by PROGRAM.
function fit(program, rows, size, l2, rounds) {
  const input = inBytes([rows.length, size, K, rounds, new Real(l2)], rows);
  const { stdout, status } = spawnSync(program, ['fit'], { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} fit failed`);
  return Float64Array.from({ length: (size + 1) * K }, (_, i) => stdout.readFloatLE(4 * i));
}

// Only differences between labels matter: what all have in common is taken away.
function centre(weights) {
  for (let from = 0; from < weights.length; from += K) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += weights[from + k] / K;
    for (let k = 0; k < K; k++) weights[from + k] -= mean;
  }
}

function trainOn(program, cases, model, features, rounds) {
  const { index, rows } = rowsOf(cases, model, features, 0);
  const weights = fit(program, rows, features.length, model.l2, rounds);
  centre(weights);
  return { model, features, index, weights, rows };
}

// As they are written: whole numbers of one unit; what rounds to nothing, or is small, is left out.
function quantise(trained) {
  const { model } = trained;
  const size = trained.features.length;
  let most = 0;
  for (let i = 0; i < size * K; i++) most = Math.max(most, Math.abs(trained.weights[i]));
  const unit = most / 127;
  const whole = trained.weights.map((value, i) => (i < size * K && Math.abs(value) < model.least ? 0 : Math.round(value / unit)));
  return { ...trained, unit, whole, weights: whole.map((value) => value * unit) };
}

// First roughly, to see which features matter; then with those alone.
export function learnLinear(program, cases, model) {
  const all = trainOn(program, cases, model, vocabulary(cases, model, 2), 15);
  const loudness = (i) => Math.hypot(...all.weights.subarray(i * K, (i + 1) * K));
  return quantise(trainOn(program, cases, model, loudest(all.features, loudness, all.rows, model.keep), 40));
}

// A score for each label.
export function linearScores({ model, features, index, weights }, one) {
  const row = rowOf(one, model, index);
  const z = Float64Array.from(weights.subarray(features.length * K));
  for (let j = 0; j < row.at.length; j++) {
    const from = row.at[j] * K;
    for (let k = 0; k < K; k++) z[k] += weights[from + k] * row.value[j];
  }
  return z;
}

export function linearText(trained, temperature) {
  const { name } = trained.model;
  const first = [];
  const cells = [];
  for (let i = 0; i < trained.features.length; i++) {
    first.push(cells.length);
    for (let k = 0; k < K; k++) {
      const value = trained.whole[i * K + k];
      if (value) cells.push(k * 256 + (value & 255));
    }
  }
  first.push(cells.length);
  const bias = Array.from(trained.whole.slice(trained.features.length * K));
  return `
static const uint32_t ${name}_features[] = {
${inLines(trained.features, 10)}
};
static const uint32_t ${name}_first[] = {
${inLines(first, 16)}
};
static const uint16_t ${name}_cells[] = {
${inLines(cells, 18)}
};
static const int32_t ${name}_bias[] = { ${bias.join(', ')} };
${groupsText(trained.model)}
#define ${name.toUpperCase()}_UNIT        ${trained.unit.toPrecision(9)}
#define ${name.toUpperCase()}_TEMPERATURE ${temperature.toFixed(2)}
`;
}

