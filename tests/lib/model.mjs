// model.mjs -- models for tests: a mock of both providers over HTTP, and a plain
// server for what the mock cannot do (a cut stream, a web page, silence).
import http from 'node:http';
import { LLMock } from '@copilotkit/aimock';

/** Both providers on one port.  `rules` is a list of [match, response, options];
 * without a match on the question, the first rule answers. */
export async function mockModels(...rules) {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  for (const [match, response, options] of rules) mock.on(match, response, options);
  await mock.start();
  return {
    url: mock.url,
    requests: () => mock.getRequests(),
    stop: () => mock.stop(),
    settings: (more = {}) => settings(mock.url, more),
  };
}

/** Settings that send both families to `url`. */
export function settings(url, more = {}) {
  return {
    delivery: 'command',
    models: {
      claude: { provider: 'anthropic', family: 'claude', model: 'claude-sonnet-4-5', base_url: url },
      gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/v1` },
    },
    ...more,
  };
}

/** A server whose answer is a function (request body, response) => void. */
export async function plainServer(answer) {
  const asked = [];
  const server = http.createServer((req, res) => {
    let body = '';
    req.on('data', (piece) => (body += piece));
    req.on('end', () => {
      asked.push({ url: req.url, headers: req.headers, body, closed: false });
      const entry = asked.at(-1);
      res.on('close', () => (entry.closed = true));
      answer(body, res, asked.length);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

/** A search-replace answer. */
export function block(old, fresh, why = 'Here is the smallest change.') {
  return `${why}\n\n\`\`\`\n<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n\`\`\`\n`;
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Wait until `test` is true. */
export async function until(test, what, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`this did not happen in ${ms} ms: ${what}`);
    await sleep(10);
  }
}
