// machine.mjs -- what of a time was the machine's.
//
// Virtual machines and laptops slow down for some milliseconds, all processors at once, and
// say it nowhere: what ran then is booked as work.  So a fixed piece of work is timed before
// and after each measurement, by the processor's time; where it took more than SLOW times
// what it takes at the median, the machine was not itself, and the measurement counts apart.
// (Twice is what two threads on one core do to each other: that counts as usual.)
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const SLOW = 3;
const WORK = 40_000; // turns: about 40 µs

export const now = () => Number(process.hrtime.bigint()) / 1e6;
export const sleep = (time) => new Promise((done) => setTimeout(done, time));

let sink = 1;
function work() {
  for (let i = 0; i < WORK; i++) sink = (Math.imul(sink, 1103515245) + 12345) | 0;
}

/** Microseconds of a processor that the fixed work takes now. */
function pace() {
  const before = process.cpuUsage();
  work();
  const spent = process.cpuUsage(before);
  return spent.user + spent.system;
}

const paces = [];

/** Nanoseconds that the loop's thread has worked, and that it stood ready and waited. */
export function schedule(server) {
  try {
    return fs.readFileSync(`/proc/${server.process.pid}/task/${server.process.pid}/schedstat`, 'utf8').split(' ').map(Number);
  } catch {
    return [0, 0];
  }
}

/** A measurement, and how fast the machine was around it. */
export async function measured(server, what) {
  const before = pace();
  const began = server ? schedule(server) : [0, 0];
  const time = await what();
  const ended = server ? schedule(server) : [0, 0];
  const after = pace();
  paces.push(before, after);
  return { time, worked: (ended[0] - began[0]) / 1e6, waited: (ended[1] - began[1]) / 1e6, pace: Math.max(before, after) };
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

export function figures(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) };
}

export const ms = ({ p50, p99, max }) => `p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  max ${max.toFixed(2)} ms`;

/** Of all samples, and of those while the machine ran at its own speed. */
export function tally(samples, field = 'time') {
  const usual = figures(paces).p50 * SLOW;
  const steady = samples.filter((s) => s.pace <= usual);
  return {
    all: figures(samples.map((s) => s[field])),
    steady: figures((steady.length ? steady : samples).map((s) => s[field])),
    slow: 1 - steady.length / samples.length,
  };
}

export const say = ({ all, steady, slow }) =>
  ms(steady) + (slow ? `   (p99 ${all.p99.toFixed(2)} with the ${(slow * 100).toFixed(1)} % while the machine was slow)` : '');

/** This program again with all that it starts, before every other program of the machine
    (root, Linux): who is at work beside it is then not measured. */
export async function calm() {
  if (process.env.LATENCY_CALM) return false;
  const again = spawn('chrt', ['--fifo', '1', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit', env: { ...process.env, LATENCY_CALM: '1' } });
  process.exitCode = await new Promise((done) => again.once('exit', (code) => done(code ?? 1)));
  return true;
}
