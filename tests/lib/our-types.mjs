// our-types.mjs -- the types of protocol/methods.json, for mistake() of lsp-types.mjs.
//   "string" "integer" "decimal" "boolean" "any", or the name of a type
//   [type]             a list
//   {"enum": [values]}
//   {name: type}       "name?" may be absent; "*" is any other name
import { readFileSync } from 'node:fs';

export const methods = JSON.parse(readFileSync(new URL('../../protocol/methods.json', import.meta.url)));

const SIMPLE = { string: 'string', integer: 'number', decimal: 'decimal', boolean: 'boolean', any: 'any', null: 'null' };

function type(of) {
  if (Array.isArray(of)) return { list: type(of[0]) };
  if (typeof of === 'string') return SIMPLE[of] ? { is: SIMPLE[of] } : named(of);
  if (of.enum) return { oneOf: of.enum.map((value) => ({ value })) };
  const made = { fields: {} };
  for (const [key, child] of Object.entries(of)) {
    if (key === '*') made.others = type(child);
    else made.fields[key.replace('?', '')] = { type: type(child), optional: key.endsWith('?') };
  }
  return made;
}

function named(name) {
  if (!methods.types[name]) throw new Error(`protocol/methods.json has no type "${name}"`);
  return type(methods.types[name]);
}

/** The type of a notification's params; undefined: it is none of ours. */
export function paramsOf(method) {
  const row = methods.methods.find((m) => m.method === method && m.params);
  return row && type(row.params);
}

/** What a command answers. */
export function resultOf(command) {
  const row = methods.commands.find((c) => c.command === command);
  return row && { oneOf: row.result.map(type) };
}
