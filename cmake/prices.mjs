// prices.mjs PACKAGE OUT -- the table of prices that is built into the program.
//
// Takes the two providers that findings speak of out of @pydantic/genai-prices
// and writes, per model: the ids that mean it, dollars per million tokens, and
// the size of its context.  The user's settings overrule all of it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

// The package does not say how old its data are; npm does.  A new version in
// package-lock.json needs a line here: the date is shown beside every price.
const published = { "0.1.8": "2026-09-23" };
const providers = ["anthropic", "openai"];

// Ids that a rule of the package matches: exactly, or by their beginning.
function idsOf(rule, out) {
  if (!rule) return;
  if (rule.equals) out.equals.add(rule.equals);
  if (rule.starts_with) out.prefixes.add(rule.starts_with);
  for (const part of rule.or ?? []) idsOf(part, out);
}

// Prices may change on a day: those in force when the table was published.
function inForce(prices, date) {
  if (!Array.isArray(prices)) return prices;
  let best;
  for (const entry of prices) {
    const start = entry.constraint?.start_date;
    if (entry.constraint && entry.constraint.type !== "start_date") continue;
    if (start === undefined || start <= date) best = entry.prices;
  }
  return best ?? prices[0].prices;
}

const base = (price) => (typeof price === "object" ? price.base : price);
const tier = (price) => (typeof price === "object" ? price.tiers[0] : undefined);

function rowOf(model, date) {
  const p = inForce(model.prices, date);
  const ids = { equals: new Set([model.id]), prefixes: new Set() };
  if (p.input_mtok === undefined || p.output_mtok === undefined) return undefined;
  idsOf(model.match, ids);
  const row = {
    id: model.id,
    equals: [...ids.equals],
    prefixes: [...ids.prefixes],
    input: base(p.input_mtok),
    output: base(p.output_mtok),
    cache_read: base(p.cache_read_mtok),
    cache_write: base(p.cache_write_mtok),
    context: model.context_window,
  };
  const large = tier(p.input_mtok);
  if (large) {
    row.above = large.start;
    row.input_above = large.price;
    row.output_above = tier(p.output_mtok)?.price ?? row.output;
  }
  return row;
}

const [folder, out] = process.argv.slice(2);
if (!folder || !out) {
  console.error("prices.mjs PACKAGE OUT: say where @pydantic/genai-prices is, and what to write");
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const date = published[version];
if (!date) {
  console.error(`prices.mjs: add the day on which genai-prices ${version} was published`);
  process.exit(1);
}
const { findProvider } = createRequire(import.meta.url)(resolve(folder, "dist/index.cjs"));
const rows = [];
for (const providerId of providers) {
  for (const model of findProvider({ providerId }).models) {
    const row = rowOf(model, date);
    // Open weights cost what their host takes: nothing, on a machine of one's own.
    if (row && !model.id.startsWith("gpt-oss")) rows.push(row);
  }
}
const lines = rows.map((row) => "    " + JSON.stringify(row));
writeFileSync(out, `{\n  "as_of": "${date}",\n  "models": [\n${lines.join(",\n")}\n  ]\n}\n`);
