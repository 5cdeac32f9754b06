// lsp-types.mjs -- the protocol's own types as data: which method has which params,
// result and registration options, and what each type holds.
//
// The declarations of vscode-languageserver-protocol are read by TypeScript's checker,
// once for each version of the package; the result lies beside it.  A type is
//   {is: "any" | "null" | "undefined" | "string" | "number" | "boolean"}    numbers are whole
//   {value: "begin"}, {list: type}, {tuple: [types]}, {oneOf: [types]}
//   {fields: {name: {type, optional}}, others?: type}      others: of any other name
// and a type that is a number is an index of `types`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const SIMPLE = [
  ['Any', 'any'], ['Unknown', 'any'], ['Null', 'null'], ['Undefined', 'undefined'], ['Void', 'undefined'],
  ['String', 'string'], ['Number', 'number'], ['Boolean', 'boolean'],
];

class Reader {
  constructor(ts, file) {
    const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16, strict: true, noEmit: true, types: [] });
    Object.assign(this, { ts, checker: program.getTypeChecker(), types: [], known: new Map() });
    this.exports = this.checker
      .getExportsOfModule(this.checker.getSymbolAtLocation(program.getSourceFile(file)))
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol));
  }

  typeOf(symbol) {
    return this.checker.getTypeOfSymbol(symbol);
  }

  type(type) {
    const { ts, checker } = this;
    const flags = ts.TypeFlags;
    for (const [flag, is] of SIMPLE) if (type.flags & flags[flag]) return { is };
    if (type.flags & (flags.StringLiteral | flags.NumberLiteral)) return { value: type.value };
    if (type.flags & flags.BooleanLiteral) return { value: type.intrinsicName === 'true' };
    if (type.isUnion()) return this.kept(type, () => ({ oneOf: type.types.map((t) => this.type(t)) }));
    if (checker.isTupleType(type)) return { tuple: checker.getTypeArguments(type).map((t) => this.type(t)) };
    if (checker.isArrayType(type)) return { list: this.type(checker.getTypeArguments(type)[0]) };
    return this.kept(type, () => this.object(type));
  }

  /** What may refer to itself has a number. */
  kept(type, make) {
    if (!this.known.has(type)) {
      const at = this.types.push(null) - 1;
      this.known.set(type, at);
      this.types[at] = make();
    }
    return this.known.get(type);
  }

  object(type) {
    const fields = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      const optional = Boolean(property.flags & this.ts.SymbolFlags.Optional);
      fields[property.name] = { type: this.type(this.typeOf(property)), optional };
    }
    const others = this.checker.getIndexInfosOfType(type).map((info) => this.type(info.type))[0];
    return { fields, ...(others !== undefined && { others }) };
  }

  /** Of a namespace like PublishDiagnosticsNotification: its method and types. */
  message(symbol) {
    const inside = new Map(this.checker.getExportsOfModule(symbol).map((s) => [s.name, s]));
    if (!inside.has('method') || !inside.has('type')) return undefined;
    const type = this.typeOf(inside.get('type'));
    const args = this.checker.getTypeArguments(type).map((t) => this.type(t));
    const capability = inside.has('capabilities') && this.checker.typeToString(this.typeOf(inside.get('capabilities')));
    const [name] = /^Protocol\w+Type0?/.exec(type.symbol.name) ?? [''];
    const parts = {
      ProtocolRequestType: ['params', 'result', , , 'options'],
      ProtocolRequestType0: ['result', , , 'options'],
      ProtocolNotificationType: ['params', 'options'],
      ProtocolNotificationType0: ['options'],
    }[name];
    if (!parts) return undefined;
    const message = { method: this.typeOf(inside.get('method')).value, capability: /CM<"([\w.]+)"/.exec(capability)?.[1] };
    parts.forEach((part, i) => (message[part] = args[i]));
    return message;
  }

  read(names) {
    const messages = {};
    const named = {};
    for (const symbol of this.exports) {
      if (names.includes(symbol.name)) named[symbol.name] = this.type(this.checker.getDeclaredTypeOfSymbol(symbol));
      if (!(symbol.flags & (this.ts.SymbolFlags.NamespaceModule | this.ts.SymbolFlags.ValueModule))) continue;
      const message = this.message(symbol);
      if (message) messages[message.method] = message;
    }
    return { types: this.types, messages, named };
  }
}

/** {types, messages: {METHOD: {params?, result?, options?, capability?}}, named} */
function load() {
  const folder = realpathSync(fileURLToPath(new URL('../../node_modules/vscode-languageserver-protocol', import.meta.url)));
  const mark = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package.json')))
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex')
    .slice(0, 16);
  const file = path.join(folder, `trimtab-types-${mark}.json`);
  if (!existsSync(file)) {
    const reader = new Reader(require('typescript'), path.join(folder, 'lib/common/api.d.ts'));
    const model = reader.read(['WorkDoneProgressBegin', 'WorkDoneProgressReport', 'WorkDoneProgressEnd', 'InitializeResult',
      'ClientCapabilities', 'ResponseMessage']);
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(model));
    renameSync(`${file}.${process.pid}`, file);
  }
  return JSON.parse(readFileSync(file));
}

export const lsp = load();

const describe = (value) => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';

/** What is wrong with a value of this type; undefined: nothing. */
export function mistake(value, type, at = '') {
  const t = typeof type === 'number' ? lsp.types[type] : type;
  if (t.is === 'any') return undefined;
  if (t.is === 'null') return value === null ? undefined : `${at} is ${describe(value)}, not null`;
  if (t.is === 'undefined') return value === undefined ? undefined : `${at} is ${describe(value)}, not absent`;
  if (t.is === 'number') return Number.isInteger(value) ? undefined : `${at} is ${describe(value)}, not a whole number`;
  if (t.is === 'decimal') return typeof value === 'number' ? undefined : `${at} is ${describe(value)}, not a number`;
  if (t.is) return typeof value === t.is ? undefined : `${at} is ${describe(value)}, not a ${t.is}`;
  if ('value' in t) return value === t.value ? undefined : `${at} is ${describe(value)}, not ${describe(t.value)}`;
  if (t.oneOf) {
    const all = t.oneOf.map((one) => mistake(value, one, at));
    return all.includes(undefined) ? undefined : longest(all);
  }
  if (t.list !== undefined || t.tuple) return inList(value, t, at);
  return inObject(value, t, at);
}

/** Of several, the one that came furthest: it is about the type that was meant. */
const longest = (all) => all.reduce((a, b) => (b.split(' ')[0].length > a.split(' ')[0].length ? b : a));

function inList(value, t, at) {
  if (!Array.isArray(value)) return `${at} is ${describe(value)}, not a list`;
  if (t.tuple && value.length !== t.tuple.length) return `${at} has ${value.length} entries`;
  for (let i = 0; i < value.length; i++) {
    const wrong = mistake(value[i], t.tuple ? t.tuple[i] : t.list, `${at}[${i}]`);
    if (wrong) return wrong;
  }
  return undefined;
}

function inObject(value, t, at) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} is ${describe(value)}, not an object`;
  for (const [name, { type, optional }] of Object.entries(t.fields)) {
    if (name in value ? false : optional) continue;
    if (!(name in value)) return `${at}.${name} is missing`;
    const wrong = mistake(value[name], type, `${at}.${name}`);
    if (wrong) return wrong;
  }
  for (const [name, child] of Object.entries(value)) {
    if (name in t.fields) continue;
    if (t.others === undefined) return `${at}.${name} is no field of this type`;
    const wrong = mistake(child, t.others, `${at}.${name}`);
    if (wrong) return wrong;
  }
  return undefined;
}
