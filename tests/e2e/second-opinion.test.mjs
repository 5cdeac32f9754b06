// second-opinion.test.mjs -- the providers' own packages read the same recorded
// streams: the same text, tools and usage as our decoders; and where a stream was
// cut, we never call complete what they do not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const data = path.resolve('tests/data/llm');
const decoder = path.resolve(process.env.TRIMTAB_DECODER ?? 'build/debug/tests/decode_stream');

// ---- ours ----

const text = (hex) => Buffer.from(hex, 'hex').toString();

function parse(lines) {
  const result = { tools: [] };
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    if (word === 'end') result.end = rest.join(' ');
    else if (word === 'text') result.text = text(rest[0]);
    else if (word === 'tool') result.tools.push({ name: text(rest[0]), input: JSON.parse(text(rest[1])) });
    else if (word === 'usage') {
      const [known, input, cached, written, output] = rest.map(Number);
      result.usage = known ? { input, cached, written, output } : null;
    }
  }
  return result;
}

function run(provider, body, step) {
  const out = execFileSync(decoder, [provider, String(step)], { input: body, maxBuffer: 1 << 30 });
  return out.toString().trimEnd().split('\n');
}

const ours = (provider, body, step = 1 << 20) => parse(run(provider, body, step));

/** One result for each prefix, from none to all. */
function prefixes(provider, body) {
  const results = [];
  let lines;
  for (const line of run(provider, body, 0)) {
    if (line.startsWith('prefix ')) results.push((lines = []));
    else lines.push(line);
  }
  return results.map(parse);
}

// ---- theirs ----

function answering(body) {
  const streamed = !/^\s*\{/.test(body.subarray(0, 100).toString());
  const type = streamed ? 'text/event-stream' : 'application/json';
  return async () => new Response(body, { status: 200, headers: { 'content-type': type } });
}

async function anthropic(body) {
  const client = new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: answering(body) });
  const stream = client.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] });
  const message = await stream.finalMessage();
  const { usage } = message;
  return {
    stop: message.stop_reason,
    text: message.content.filter((b) => b.type === 'text').map((b) => b.text).join(''),
    tools: message.content.filter((b) => b.type === 'tool_use').map(({ name, input }) => ({ name, input })),
    usage: { input: usage.input_tokens, cached: usage.cache_read_input_tokens ?? 0,
      written: usage.cache_creation_input_tokens ?? 0, output: usage.output_tokens },
  };
}

async function openai(body) {
  const client = new OpenAI({ apiKey: 'none', maxRetries: 0, fetch: answering(body) });
  const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
  let usage = null;
  stream.on('chunk', (chunk) => (usage = chunk.usage ?? usage));
  const { choices: [choice] } = await stream.finalChatCompletion();
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    stop: choice.finish_reason,
    text: choice.message.content ?? '',
    tools: (choice.message.tool_calls ?? []).map(({ function: f }) => ({ name: f.name, input: JSON.parse(f.arguments || '{}') })),
    usage: usage && { input: usage.prompt_tokens - cached, cached, written: 0, output: usage.completion_tokens },
  };
}

const theirs = { anthropic, openai };

async function attempt(provider, body) {
  try {
    return await theirs[provider](body);
  } catch (error) {
    return { error };
  }
}

// ---- compared ----

const wanted = (file) => fs.readFileSync(file.replace(/\.sse$/, '.want'), 'utf8');

/** The recorded streams of a folder whose transfer went well. */
function recorded(folder) {
  return fs.readdirSync(path.join(data, folder)).filter((name) => name.endsWith('.sse'))
    .map((name) => path.join(data, folder, name))
    .filter((file) => /^http ok\nstatus 200$/m.test(wanted(file)));
}

// Where our rule is another one on purpose: the reason.
const stricter = /garbled|half_surrogate|nul_in_text|no_stop_reason|no_message_stop|pause/;
const milder = /not_streamed|second_choice|after_done|cut_in_event|cut_after_end/; // both read; theirs cannot or differs in what is behind the end

for (const provider of ['anthropic', 'openai']) {
  for (const file of recorded(provider)) {
    const name = path.basename(file, '.sse');
    test(`${provider}: ${name}`, async () => {
      const body = fs.readFileSync(file);
      const we = ours(provider, body);
      const they = await attempt(provider, body);
      for (const step of [1, 7]) assert.deepEqual(ours(provider, body, step), we, `in pieces of ${step}`);
      if (we.end === 'complete' && !milder.test(name)) {
        assert.ifError(they.error);
        assert.equal(we.text, they.text);
        assert.deepEqual(we.tools, they.tools);
        assert.deepEqual(we.usage, they.usage);
      } else if (we.end !== 'complete' && !stricter.test(name)) {
        assert.ok(they.error || !['end_turn', 'stop', 'tool_use', 'tool_calls', 'stop_sequence'].includes(they.stop) || they.text !== we.text || we.end === 'refused',
          `we say ${we.end}, they are content with ${they.stop}`);
      }
    });
  }

  test(`${provider}: cut anywhere`, async () => {
    for (const name of ['text', provider === 'openai' ? 'tools' : 'tool']) {
      const body = fs.readFileSync(path.join(data, provider, `${name}.sse`));
      const results = prefixes(provider, body);
      assert.equal(results.length, body.length + 1);
      const first = results.findIndex((r) => r.end === 'complete');
      assert.ok(first > body.length * 0.5, 'an end without its mark');
      const whole = results.at(-1);
      assert.equal(whole.end, 'complete');
      for (let n = 0; n <= body.length; n += n < first - 20 ? 61 : 1) {
        const we = results[n];
        if (we.end !== 'complete') continue;
        // The last mark is whole and only the line end behind it is missing: theirs may wait for it.
        const they = await attempt(provider, body.subarray(0, n));
        if (!(they.error && /^\n+$/.test(body.subarray(n).toString()))) {
          assert.ifError(they.error);
          assert.equal(we.text, they.text, `${name}, ${n} bytes`);
          assert.deepEqual(we.tools, they.tools);
        }
        assert.equal(we.text, whole.text, 'what is complete is all of it');
      }
    }
  });
}
