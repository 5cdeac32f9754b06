// faults.mjs -- everything that can go wrong with a model's answer, as rows: at which
// stage, what the peer does, and what must come of it.
//
// `comes` says what must follow when this model is the only one:
//   retry    asked three times in all, then said          (else: another model)
//   once     asked once, then said                        (else: another model)
//   stay     asked once, then said, and no other model is asked
//   window   asked once, and another model only if it reads more at once
//   fine     the edit is applied all the same
// and `says` what the message must hold.
import { anthropic, chunk, lastChunk, openai, reply, streamHead } from './peer.mjs';

export const wires = { claude: anthropic, gpt: openai };

const REQUEST = 'req_fault_7';
// (long enough for the other model's answer on a machine that has much to do)
const QUIET = { first_byte_ms: 1000, first_byte_local_ms: 1000, idle_ms: 1000 };

const head = (wire, more = {}) => streamHead({ [wire.id]: REQUEST, ...more });
const status = (code, type, message, headers = {}) => (wire) =>
  [reply(code, wire.body(type, message), { [wire.id]: REQUEST, ...headers })];

// ---- before a connection ----

const connect = [
  { name: 'refused', place: 'refused', comes: 'retry', says: /could not be reached/ },
  { name: 'no such host', place: 'nowhere', comes: 'retry', says: /could not be (found|reached)/,
    timeouts: { connect_ms: 300 } },
  { name: 'TLS: no handshake', place: 'tlsSilent', comes: 'retry', says: /could not be reached in time/,
    timeouts: { connect_ms: 300 } },
  { name: 'TLS: not TLS at all', place: 'tlsGarbage', comes: 'once', says: /could not be trusted|could not be reached/ },
  { name: 'TLS: hung up in the handshake', place: 'tlsHangUp', comes: 'retry', says: /could not be reached/ },
  { name: 'TLS: authority unknown', place: 'tlsUnknown', comes: 'once', says: /certificate was not accepted.*ca_file/ },
  { name: 'TLS: other name', place: 'tlsOtherName', comes: 'once', says: /certificate was not accepted.*ca_file/ },
  { name: 'TLS: expired', place: 'tlsExpired', comes: 'once', says: /certificate was not accepted.*expired/ },
  { name: 'proxy refused', place: 'proxyRefused', comes: 'retry', says: /proxy/ },
  { name: 'proxy asks who we are', place: 'proxyLogin', comes: 'retry', says: /proxy/ },
  { name: 'proxy finds no way', place: 'proxyNoWay', comes: 'retry', says: /proxy/ },
  { name: 'closed at once', place: 'closes', comes: 'retry', says: /could not be reached|stopped before/ },
].map((row) => ({ ...row, stage: 'connect' }));

// ---- instead of an answer ----

const page = '<html><head><title>Bad gateway</title></head><body>nginx</body></html>';

const headers = [
  { name: '400', script: status(400, 'invalid_request_error', 'messages: something odd'), comes: 'badRequest', says: /rejected the request: HTTP 400, "messages: something odd"/ },
  { name: '400 too long', script: status(400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'), comes: 'window', says: /cannot read that much.*HTTP 400/ },
  { name: '401', script: status(401, 'authentication_error', 'invalid x-api-key'), comes: 'once', says: /did not accept the key: HTTP 401.*_API_KEY/ },
  { name: '402', script: status(402, 'billing_error', 'payment required'), comes: 'once', says: /no credit left: HTTP 402/ },
  { name: '403', script: status(403, 'permission_error', 'not allowed here'), comes: 'once', says: /HTTP 403/ },
  { name: '404', script: status(404, 'not_found_error', 'model: nope'), comes: 'gone', says: /does not know this model.*HTTP 404/ },
  { name: '408', script: status(408, 'timeout_error', 'too slow'), comes: 'retry', says: /problem of its own: HTTP 408/ },
  { name: '409', script: status(409, 'conflict_error', 'busy'), comes: 'retry', says: /HTTP 409/ },
  { name: '413', script: status(413, 'request_too_large', 'too big'), comes: 'window', says: /cannot read that much.*HTTP 413/ },
  { name: '429, no word of when', script: status(429, 'rate_limit_error', 'slow down'), comes: 'once', says: /too many requests.*HTTP 429/ },
  { name: '429, soon', script: status(429, 'rate_limit_error', 'slow down', { 'retry-after-ms': '20' }), comes: 'retry', says: /too many requests.*HTTP 429/ },
  { name: '429, in a minute', script: status(429, 'rate_limit_error', 'slow down', { 'retry-after': '60' }), comes: 'once', says: /HTTP 429.*wait 60 s/ },
  { name: '429, no credit', script: status(429, 'insufficient_quota', 'quota exceeded'), comes: 'once', says: /no credit left: HTTP 429/ },
  { name: '500', script: status(500, 'api_error', 'oops'), comes: 'retry', says: /problem of its own: HTTP 500, "oops"/ },
  { name: '500, and not to be asked again', script: status(500, 'api_error', 'oops', { 'x-should-retry': 'false' }), comes: 'once', says: /HTTP 500/ },
  { name: '502, a web page', script: (wire) => [reply(502, page, { [wire.id]: REQUEST })], comes: 'retry', says: /HTTP 502, "Bad gateway"/ },
  { name: '503', script: status(503, 'overloaded', 'loading'), comes: 'retry', says: /HTTP 503/ },
  { name: '504', script: status(504, 'timeout_error', 'late'), comes: 'retry', says: /HTTP 504/ },
  { name: '529', script: status(529, 'overloaded_error', 'Overloaded'), comes: 'retry', says: /overloaded: HTTP 529/ },
  { name: 'redirect', script: (wire) => [reply(307, '', { location: 'http://127.0.0.1:1/elsewhere', [wire.id]: REQUEST })], comes: 'once', says: /HTTP 307/ },
  { name: '200, a web page', script: (wire) => [reply(200, page, { [wire.id]: REQUEST })], comes: 'once', says: /cannot be read/ },
  { name: '200, other JSON', script: (wire) => [reply(200, { hello: 1 }, { [wire.id]: REQUEST })], comes: 'once', says: /cannot be read/ },
  { name: '200, nothing', script: (wire) => [reply(200, '', { [wire.id]: REQUEST })], comes: 'retry', says: /stopped before|cannot be read/ },
  { name: '200, garbage of another type', script: (wire) => [reply(200, '\x00\x01\x02 not words \x7f', { 'content-type': 'application/octet-stream', [wire.id]: REQUEST })], comes: 'once', says: /cannot be read|stopped before/ },
  { name: 'silence', script: () => [{ hang: true }], timeouts: QUIET, comes: 'retry', says: /did not begin to answer.*first_byte_ms/, unnamed: true },
  { name: 'half a head, then silence', script: () => ['HTTP/1.1 200 OK\r\nContent-Ty', { hang: true }], timeouts: QUIET, comes: 'retry', says: /did not begin to answer/, unnamed: true },
  { name: 'head, then silence', script: (wire) => [head(wire), { hang: true }], timeouts: QUIET, comes: 'retry', says: /did not begin to answer|fell silent|stopped before/ },
  { name: 'hung up', script: () => [{ end: true }], comes: 'retry', hangsUp: true, says: /could not be reached|stopped before/, unnamed: true },
  { name: 'half a head, then hung up', script: () => ['HTTP/1.1 200 OK\r\nContent-Ty', { end: true }], comes: 'retry', hangsUp: true, says: /could not be reached|stopped before/, unnamed: true },
  { name: 'reset', script: () => [{ reset: true }], comes: 'retry', hangsUp: true, says: /could not be reached|stopped before/, unnamed: true },
  { name: 'garbage', script: () => ['\x01\x02\x03 what is this\n\n', { end: true }], comes: 'any', says: /claude|gpt/, unnamed: true },
  { name: 'ten thousand headers', script: () => ['HTTP/1.1 200 OK\r\n', 'a: b\r\n'.repeat(10_000), '\r\n', { end: true }], comes: 'any', says: /claude|gpt/, unnamed: true },
].map((row) => ({ ...row, stage: 'headers' }));

// ---- in the stream ----

/** What came before the fault, for each stage. */
const before = {
  'first event': (wire) => [chunk(wire.start)],
  'mid text': (wire, text) => [chunk(wire.start), chunk(wire.text(text.slice(0, text.length - 30)))],
  'mid tool JSON': (wire, text) => [chunk(wire.start), chunk(wire.text(text)), chunk(wire.stopText + wire.tool('{"why":"x","edits":[{"old_str":"a'))],
  'before the end mark': (wire, text) => [chunk(wire.start), chunk(wire.text(text) + wire.stopText)],
  'after the end': (wire, text) => [chunk(wire.start), chunk(wire.text(text)), chunk(wire.stopText + wire.end())],
};

const breaks = [
  { name: 'hung up', script: () => [{ end: true }] },
  { name: 'reset', script: () => [{ wait: 150 }, { reset: true }] },
  { name: 'a proper end, and no mark', script: () => [lastChunk] },
  { name: 'silence', script: () => [{ hang: true }], timeouts: QUIET, says: /fell silent in the middle.*idle_ms|stopped before/ },
  { name: 'overloaded, said in the stream', script: (wire) => [chunk(wire.error('overloaded_error', 'Overloaded')), lastChunk], says: /"Overloaded"/, word: true },
  { name: 'an error nobody knows', script: (wire) => [chunk(wire.error('strange_error', 'the cat sat on it')), lastChunk], says: /the cat sat on it/, word: true },
  { name: 'an event that is no JSON', script: () => [chunk('data: {"choices": [{"index"\n\n'), lastChunk], says: /cannot be read|stopped before/, strange: true },
  { name: 'bytes that are no chunk', script: () => ['zzzz not a chunk\r\n', { end: true }] },
  { name: 'one byte at a time, for ever', script: () => [{ slow: chunk(`: ${'x'.repeat(2000)}\n`), ms: 20 }],
    timeouts: { total_ms: 3000 }, whole: true, says: /not done in time|did not answer in time/ },
];

function streamed() {
  const rows = [];
  for (const [stage, lead] of Object.entries(before)) {
    const early = stage === 'first event';
    for (const row of breaks) {
      let comes = early && !row.whole ? 'retry' : 'once'; // the whole time holds for all retries
      if (stage === 'after the end') comes = 'fine';
      else if (row.strange || row.word) comes = early ? 'either' : 'once';
      rows.push({
        stage, name: row.name, timeouts: row.timeouts, comes, streams: true, word: row.word,
        says: row.says ?? /stopped before its answer was complete; nothing was changed/,
        script: (wire, text) => [head(wire), ...lead(wire, text), ...row.script(wire)],
      });
    }
  }
  return rows;
}

// ---- whole streams that are no edit ----

const endings = [
  { name: 'output limit', claude: 'max_tokens', gpt: 'length', comes: 'limit', says: /output limit/ },
  { name: 'refusal', claude: 'refusal', gpt: 'content_filter', comes: 'stay', says: /declined/ },
].map(({ claude, gpt, ...row }) => ({
  ...row, stage: 'end mark', streams: true,
  script: (wire, text) => [
    head(wire), chunk(wire.start), chunk(wire.text(text)),
    chunk(wire.stopText + wire.end(wire === wires.claude ? claude : gpt)), lastChunk,
  ],
}));

export const faults = [...connect, ...headers, ...streamed(), ...endings];
export { REQUEST };
