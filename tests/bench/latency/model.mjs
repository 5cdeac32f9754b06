// model.mjs -- a provider that streams, and somebody who listens to it: programs of their own,
// which take their part of the machine.
//
//     node model.mjs model|burst      says its port
//     node model.mjs listener=PORT
import http from 'node:http';
import net from 'node:net';
import { now } from './machine.mjs';

/** An answer: one block after the other for the shops that are asked for, then words. */
function* answer(first, last) {
  const call = (i, time) => `        response = requests.get(f"https://api.example.com/{order_id}/${i}", timeout=${time})\n`;
  for (let i = first; i <= last; i++) yield* `<<<<<<< SEARCH\n${call(i, 5)}=======\n${call(i, 10)}>>>>>>> REPLACE\n`.match(/\s*\w+|[^\w]/g);
  for (;;) yield* ['> and', ' so', ' it', ' goes', ' on', '.\n'];
}

/** A thousand tokens a second to each who asks, without an end: a provider's stream. With
    `burst` they are held back and come 500 at a time. */
async function playModel(burst) {
  const piece = (content) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const server = http.createServer(async (req, res) => {
    let question = '';
    for await (const part of req) question += part;
    const [, first, last] = /shops (\d+) to (\d+)/.exec(question) ?? [0, 0, -1];
    const tokens = answer(Number(first), Number(last)), from = now();
    let sent = 0;
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      let pieces = '';
      for (const due = Math.floor(now() - from); sent < due; sent++) pieces += piece(tokens.next().value);
      res.write(pieces);
    }, burst ? 500 : 5);
    res.on('close', () => clearInterval(timer));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  console.log(server.address().port);
}

/** Somebody else who has three answers streamed to him, with as little work as can be. */
function playListener(port) {
  for (let i = 0; i < 3; i++) {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: m\r\n\r\n'));
    socket.on('error', () => {}).resume();
  }
}

const [part, port] = process.argv[2].split('=');
if (part === 'listener') playListener(Number(port));
else await playModel(part === 'burst');
