// peer.mjs -- the other end of a model's connection, byte for byte: what a mock of
// the providers cannot do.  It says exactly the bytes of a script, whole or one by
// one, waits, falls silent, cuts or resets; over TCP, TLS or HTTP/2.
//
// A script is a list of steps:
//   'text' or Buffer     these bytes
//   { slow: bytes, ms }  the same one at a time, `ms` between them
//   { wait: ms }
//   { end: true }        FIN: we say no more
//   { reset: true }      RST
//   { hang: true }       silence until the other side goes
// It is chosen by the path: the part after /c/ up to the next slash is its name.
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function write(socket, bytes) {
  return new Promise((done) => {
    if (socket.destroyed || socket.writableEnded) done();
    else if (socket.write(bytes)) done();
    else {
      const over = () => {
        socket.off('drain', over).off('close', over);
        done();
      };
      socket.on('drain', over).on('close', over);
    }
  });
}

/** Play a script; true when the connection may be used for another request. */
async function play(socket, steps, entry) {
  for (const step of steps) {
    if (socket.destroyed) return false;
    if (typeof step === 'string' || Buffer.isBuffer(step)) await write(socket, step);
    else if (step.slow !== undefined) {
      for (const byte of Buffer.from(step.slow)) {
        if (socket.destroyed) return false;
        await write(socket, Buffer.from([byte]));
        await pause(step.ms ?? 0);
      }
    } else if (step.wait) await pause(step.wait);
    else if (step.end) socket.end();
    else if (step.reset) socket.resetAndDestroy();
    else if (step.hang) {
      entry.hanging = true;
      return false;
    }
  }
  return !socket.destroyed && !socket.writableEnded;
}

/** The first whole request of `bytes`, or null: {method, path, headers, body, rest}. */
function readRequest(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const size = Number(headers['content-length'] ?? 0);
  if (bytes.length < end + 4 + size) return null;
  const [method, path] = first.split(' ');
  return {
    method, path, headers,
    body: bytes.subarray(end + 4, end + 4 + size).toString(),
    rest: bytes.subarray(end + 4 + size),
  };
}

const nameOf = (path) => /\/c\/([^/]+)\//.exec(path)?.[1] ?? '';

export class Peer {
  constructor() {
    this.scripts = new Map(); // name -> steps, or (request, n) => steps
    this.asked = []; // {name, path, headers, body, n, closed, connection, at}
    this.connections = 0;
    this.sessionsReused = 0;
    this.sockets = new Set();
    this.servers = [];
  }

  /** A script by its name; its base for settings is `${url}/c/${name}`. */
  on(name, steps) {
    this.scripts.set(name, steps);
  }

  of(name) {
    return this.asked.filter((entry) => entry.name === name);
  }

  async #listen(server) {
    this.servers.push(server);
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return server.address().port;
  }

  #track(socket) {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {}); // the other side may go at any time
    return ++this.connections;
  }

  #serve(socket) {
    const connection = this.#track(socket);
    let bytes = Buffer.alloc(0);
    let busy = false;
    let entry;
    const next = async () => {
      const request = busy ? null : readRequest(bytes);
      if (!request) return;
      bytes = request.rest;
      busy = true;
      entry = this.#note(request, connection);
      const steps = this.scripts.get(entry.name) ?? [reply(404, 'no such script')];
      if (await play(socket, typeof steps === 'function' ? steps(request, entry.n) : steps, entry)) {
        busy = false;
        next();
      }
    };
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      next();
    });
    socket.on('close', () => {
      if (entry) entry.closed = true;
    });
  }

  #note({ method, path, headers, body }, connection) {
    const name = nameOf(path);
    const entry = {
      name, method, path, headers, body, connection,
      n: this.of(name).length + 1, closed: false, hanging: false, at: Date.now(),
    };
    this.asked.push(entry);
    return entry;
  }

  /** http://127.0.0.1:PORT */
  async plain() {
    this.port = await this.#listen(net.createServer({ noDelay: true }, (s) => this.#serve(s)));
    return `http://127.0.0.1:${this.port}`;
  }

  /** https, HTTP/1.1; `identity` is {key, cert}. */
  async secure(identity) {
    const server = tls.createServer({ ...identity, ALPNProtocols: ['http/1.1'] }, (socket) => {
      if (socket.isSessionReused()) this.sessionsReused++;
      this.#serve(socket);
    });
    server.on('tlsClientError', () => {});
    const port = await this.#listen(server);
    return { url: `https://127.0.0.1:${port}`, port };
  }

  /** HTTP/2 over TLS.  Its scripts are made of {status, headers, body pieces...}:
   * ({stream, request, n}) => void, at each request. */
  async h2(identity, answer) {
    const server = http2.createSecureServer({ ...identity });
    server.on('session', (session) => {
      const connection = ++this.connections;
      this.sockets.add(session); // it has `destroy` too
      session.on('close', () => this.sockets.delete(session));
      session.on('error', () => {});
      session.on('stream', (stream, headers) => {
        let body = '';
        stream.on('error', () => {});
        stream.on('data', (piece) => (body += piece));
        stream.on('end', () => {
          const request = { method: headers[':method'], path: headers[':path'], headers, body };
          const entry = this.#note(request, connection);
          stream.on('close', () => (entry.closed = true));
          answer({ stream, session, entry });
        });
      });
    });
    const port = await this.#listen(server);
    return `https://127.0.0.1:${port}`;
  }

  /** A port that takes connections and does `what` with the socket at once. */
  async raw(what) {
    const port = await this.#listen(
      net.createServer((socket) => {
        this.#track(socket);
        what(socket);
        socket.resume(); // so that we notice when the other side goes
      }),
    );
    return port;
  }

  /** A port where nobody listens. */
  async closedPort() {
    const server = net.createServer();
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address();
    await new Promise((done) => server.close(done));
    return port;
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
  }
}

/** A forward proxy: CONNECT and absolute http URLs.  `route(host, port)` says where a
 * name really is: a port of this machine, or 0 for 502.  `login` is "name:password". */
export class Proxy {
  constructor(route, { login } = {}) {
    Object.assign(this, { route, login, asked: [], sockets: new Set() });
    this.server = net.createServer((socket) => this.#serve(socket));
  }

  async start() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = this.server.address().port;
    this.host = `127.0.0.1:${this.port}`;
    return this;
  }

  #serve(socket) {
    let bytes = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    const onData = (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      const request = readRequest(bytes);
      if (!request) return;
      const whole = bytes.subarray(0, bytes.length - request.rest.length);
      bytes = request.rest;
      this.#answer(socket, request, whole, () => socket.off('data', onData));
    };
    socket.on('data', onData);
  }

  #allowed({ headers }) {
    if (!this.login) return true;
    return headers['proxy-authorization'] === `Basic ${Buffer.from(this.login).toString('base64')}`;
  }

  #answer(socket, request, whole, stopReading) {
    const { method, path } = request;
    const target = method === 'CONNECT' ? path : new URL(path).host;
    const [host, port = '80'] = target.split(':');
    const allowed = this.#allowed(request);
    this.asked.push({ method, target, allowed, headers: request.headers, body: request.body });
    if (!allowed) {
      socket.write('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="t"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const real = this.route(host, Number(port));
    if (!real) {
      socket.write('HTTP/1.1 502 No way\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    stopReading();
    const onward = net.connect(real, '127.0.0.1', () => {
      if (method === 'CONNECT') socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      else onward.write(whole.toString('latin1').replace(path, new URL(path).pathname), 'latin1');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

// ---- what scripts are made of ----

/** One whole answer that is no stream. */
export function reply(status, body, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({
    'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} x\r\n${lines.join('')}\r\n${text}`;
}

/** The head of a stream. */
export function streamHead(headers = {}) {
  const all = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', ...headers };
  return `HTTP/1.1 200 OK\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}

/** One piece of a chunked body. */
export const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
export const lastChunk = '0\r\n\r\n';

const frame = (type, data) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** The stream of Anthropic's Messages, in its parts. */
export const anthropic = {
  path: '/v1/messages',
  base: '',
  id: 'request-id',
  usage: { in: 25, out: 89 },
  start: frame('message_start', {
    message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [],
      stop_reason: null, stop_sequence: null, usage: { input_tokens: 25, output_tokens: 1 } },
  }) + frame('ping', {}),
  text: (text, index = 0) =>
    frame('content_block_start', { index, content_block: { type: 'text', text: '' } }) +
    anthropic.more(text, index),
  more: (text, index = 0) => frame('content_block_delta', { index, delta: { type: 'text_delta', text } }),
  stopText: frame('content_block_stop', { index: 0 }),
  tool: (json, index = 1) =>
    frame('content_block_start', { index,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'propose_edit', input: {} } }) +
    frame('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: json } }),
  end: (reason = 'end_turn') =>
    frame('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 89 } }) +
    frame('message_stop', {}),
  error: (type, message) => frame('error', { error: { type, message } }),
  body: (type, message) => ({ type: 'error', error: { type, message }, request_id: 'req_fault_7' }),
};

const piece = (choice, more = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-08-06',
    choices: choice ? [{ index: 0, finish_reason: null, ...choice }] : [], ...more })}\n\n`;

/** The stream of OpenAI's Chat Completions, in its parts. */
export const openai = {
  path: '/chat/completions',
  base: '/v1',
  id: 'x-request-id',
  usage: { in: 30, out: 12 },
  start: piece({ delta: { role: 'assistant', content: '' } }),
  text: (text) => piece({ delta: { content: text } }),
  more: (text) => piece({ delta: { content: text } }),
  stopText: '',
  tool: (json) =>
    piece({ delta: { tool_calls: [{ index: 0, id: 'call_0', type: 'function',
      function: { name: 'propose_edit', arguments: json } }] } }),
  end: (reason = 'stop') =>
    piece({ delta: {}, finish_reason: reason }) +
    piece(null, { usage: { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 } }) +
    'data: [DONE]\n\n',
  error: (type, message) => `data: ${JSON.stringify({ error: { message, type, code: type, param: null } })}\n\n`,
  body: (type, message) => ({ error: { message, type, code: type, param: null } }),
};

/** A whole good stream. */
export function whole(wire, text) {
  const half = text.length >> 1;
  return [
    streamHead({ [wire.id]: 'req_good' }),
    chunk(wire.start), chunk(wire.text(text.slice(0, half))), chunk(wire.more(text.slice(half))),
    chunk(wire.stopText + wire.end()), lastChunk,
  ];
}
