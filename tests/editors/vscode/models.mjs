// models.mjs -- both providers on one port, whose answers a scenario writes piece
// by piece: it says when the next one goes, so nothing depends on the clock.
import http from 'node:http';
import { anthropic, openai } from '../../lib/peer.mjs';

/** A gate that opens once. */
export function gate() {
  let open;
  const passed = new Promise((done) => (open = done));
  return { open, passed };
}

export class Models {
  /** What has been asked: {model, body, key, closed}. */
  asked = [];
  /** The keys that are right; whatever is said when there is none for a family. */
  keys = {};
  #server = http.createServer((request, response) => this.#on(request, response));

  /** async function*(body, family): the pieces of the answer. */
  answer = async function* () {};

  async start() {
    await new Promise((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Each answer is this text, in one piece. */
  always(text) {
    this.answer = async function* () {
      yield text;
    };
  }

  /** For the setting trimtab.models. */
  settings() {
    return {
      claude: { provider: 'anthropic', family: 'claude', model: 'claude-sonnet-4-5', base_url: this.url },
      gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${this.url}/v1` },
    };
  }

  #on(request, response) {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const family = request.url.endsWith('/messages') ? 'claude' : 'gpt';
      const { authorization = '', 'x-api-key': key = authorization.replace(/^Bearer /, '') } =
        request.headers;
      const entry = { family, body, key, closed: false };
      this.asked.push(entry);
      response.on('close', () => (entry.closed = true));
      this.#play(entry, response).catch((error) => response.destroy(error));
    });
  }

  async #play({ family, body, key }, response) {
    const wire = family === 'claude' ? anthropic : openai;
    const right = this.keys[family];
    if (right !== undefined && right !== key) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(wire.body('authentication_error', 'invalid x-api-key')));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(wire.start);
    let first = true;
    for await (const text of this.answer(body, family)) {
      if (response.destroyed) return;
      response.write(first ? wire.text(text) : wire.more(text));
      first = false;
    }
    response.end(wire.stopText + wire.end());
  }
}
