// cli-server.mjs -- the command line under test, and what it may meet on the
// network: a provider behind TLS with a certificate of our own, and a forward
// proxy that asks for a password.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanEnv, program } from './server.mjs';

const SANITIZER = /ERROR: (Address|Leak|Memory|Thread)Sanitizer|runtime error:|Assertion .* failed/;

/** A folder with files, for one test: { files, path(name), run(...args), drop() }. */
export function workspace(files = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-cli-'));
  const path = (name) => join(folder, name);
  const write = (name, text) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    folder,
    path,
    write,
    /** Run trimtab; options: input, env, cwd, onStart(process). */
    run: (args, options = {}) => run(args, { folder, ...options }),
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function run(args, { folder, input = '', env = {}, cwd = folder, onStart } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd,
      env: cleanEnv(join(folder, '.home'), { NO_COLOR: '1', ...env }),
    });
    const result = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (result.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', failed);
    child.on('close', (code, signal) => {
      if (signal || SANITIZER.test(result.stderr)) {
        failed(new Error(`trimtab ${args.join(' ')}: ${signal}\n${result.stderr}`));
      } else {
        done({ ...result, code, json: () => JSON.parse(result.stdout) });
      }
    });
    onStart?.(child);
  });
}

/** The settings file of a workspace's user. */
export function configure(space, settings) {
  space.write('.home/config/config.json', JSON.stringify(settings));
}

/** A certificate authority and a certificate for `host`, in `folder`. */
export function makeCertificates(folder, host) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem',
    '-subj', '/CN=Test authority', '-days', '2');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'host.key', '-out', 'host.csr',
    '-subj', `/CN=${host}`);
  writeFileSync(join(folder, 'host.ext'), `subjectAltName=DNS:${host}\n`);
  openssl('x509', '-req', '-in', 'host.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial',
    '-out', 'host.pem', '-days', '2', '-extfile', 'host.ext');
  return { ca: join(folder, 'ca.pem'), key: join(folder, 'host.key'), cert: join(folder, 'host.pem') };
}

const listen = (server) =>
  new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const stop = (server) =>
  new Promise((done) => {
    server.closeAllConnections?.();
    server.close(done);
  });

/** A provider behind TLS; `answer(request body, response)`. */
export async function tlsServer({ key, cert }, answer) {
  const { readFileSync } = await import('node:fs');
  const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (req, res) => {
    let body = '';
    req.on('data', (piece) => (body += piece));
    req.on('end', () => answer(body, res, req));
  });
  const port = await listen(server);
  return { port, stop: () => stop(server) };
}

/** A forward proxy with Basic authentication.  Whatever host is asked for, it
 * connects to `target` (a port of this machine): names need not exist. */
export async function forwardProxy(user, password, target) {
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const asked = [];
  const server = http.createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    if (req.headers['proxy-authorization'] !== wanted) {
      res.writeHead(407, { 'proxy-authenticate': 'Basic realm="x"' }).end();
      return;
    }
    const { pathname } = new URL(req.url);
    const headers = { ...req.headers };
    delete headers['proxy-authorization'];
    const on = http.request({ port: target, host: '127.0.0.1', method: req.method, path: pathname, headers });
    on.on('response', (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    on.on('error', () => res.destroy());
    req.pipe(on);
  });
  server.on('connect', (req, socket, head) => {
    asked.push(`CONNECT ${req.url}`);
    socket.on('error', () => {});
    if (req.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const on = net.connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      on.write(head);
      on.pipe(socket).pipe(on);
    });
    on.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  return { port, asked, stop: () => stop(server) };
}
