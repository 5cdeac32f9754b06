// certificates.mjs -- a certificate authority of our own, for tests of TLS: X.509
// written by hand, so that no program has to be there.
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

// ---- DER ----

function der(tag, ...parts) {
  const body = Buffer.concat(parts.map((p) => (Buffer.isBuffer(p) ? p : Buffer.from(p))));
  const n = body.length;
  const size = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...parts) => der(0x30, ...parts);
const octets = (part) => der(0x04, part);
const yes = der(0x01, [0xff]);
const oid = (...bytes) => der(0x06, bytes);
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

function name(text) {
  const common = sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(text)));
  return sequence(der(0x31, common));
}

/** GeneralizedTime: YYYYMMDDhhmmssZ */
function time(date) {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function extension(id, critical, value) {
  return sequence(oid(0x55, 0x1d, id), ...(critical ? [yes] : []), octets(value));
}

function alternative(host) {
  const parts = host.split('.').map(Number);
  const isAddress = parts.length === 4 && parts.every((p) => p >= 0 && p < 256);
  return isAddress ? der(0x87, parts) : der(0x82, Buffer.from(host));
}

function pem(label, bytes) {
  const lines = bytes.toString('base64').match(/.{1,64}/g).join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

// ---- certificates ----

function certificate({ subject, publicKey, issuer, issuerKey, from, to, extensions }) {
  const body = sequence(
    der(0xa0, der(0x02, [2])), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(7)])),
    ECDSA_SHA256,
    name(issuer),
    sequence(time(from), time(to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, der(0x03, [0], signature)));
}

function keys() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { ...pair, pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

const DAY = 86_400_000;

/** A new authority: `pem` for those who trust it, `issue(hosts, options)` for servers. */
export function authority(subject = 'trimtab test authority') {
  const own = keys();
  const from = new Date(Date.now() - 2 * DAY);
  const to = new Date(Date.now() + 2 * DAY);
  const issuerKey = createPrivateKey(own.pem);
  return {
    pem: certificate({
      subject, publicKey: own.publicKey, issuer: subject, issuerKey, from, to,
      extensions: [
        extension(0x13, true, sequence(yes)), // may sign certificates
        extension(0x0f, true, der(0x03, [1, 0x06])),
      ],
    }),
    /** {key, cert} for a TLS server; `expired` for one whose time is over. */
    issue(hosts, { expired = false } = {}) {
      const server = keys();
      const cert = certificate({
        subject: hosts[0], publicKey: server.publicKey, issuer: subject, issuerKey,
        from: expired ? new Date(Date.now() - 30 * DAY) : from,
        to: expired ? new Date(Date.now() - 20 * DAY) : to,
        extensions: [extension(0x11, false, sequence(...hosts.map(alternative)))],
      });
      return { key: server.pem, cert };
    },
  };
}
