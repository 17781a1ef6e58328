// A push service on this machine, and the keys of a browser that is subscribed to it: what arrives is read with Node's own
// cryptography (RFC 8291, RFC 8188), which shares nothing with the product's.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';

export async function startPushService() {
  const arrived = [];
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      arrived.push({ headers: request.headers, body: Buffer.concat(pieces) });
      response.writeHead(201).end();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const origin = `http://127.0.0.1:${server.address().port}`;
  const stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  return { origin, arrived, stop };
}

export function subscriber(endpoint) {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const auth = randomBytes(16);
  const subscription = {
    endpoint, keys: { p256dh: pair.getPublicKey().toString('base64url'), auth: auth.toString('base64url') },
  };
  return { subscription, read: ({ body }) => open(pair, auth, body) };
}

function open(pair, auth, body) {
  const [salt, point, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86, -16)];
  const derive = (from, secret, info, length) => Buffer.from(hkdfSync('sha256', secret, from, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), point]);
  const material = derive(auth, pair.computeSecret(point), info, 32);
  const key = derive(salt, material, 'Content-Encoding: aes128gcm\0', 16);
  const cipher = createDecipheriv('aes-128-gcm', key, derive(salt, material, 'Content-Encoding: nonce\0', 12));
  cipher.setAuthTag(body.subarray(-16));
  const plain = Buffer.concat([cipher.update(sealed), cipher.final()]);
  assert.equal(plain.at(-1), 2, 'the last record');
  return plain.subarray(0, -1).toString();
}

/** Fails unless a notice is signed for this service by the key the page named (RFC 8292). */
export function assertSigned({ headers }, origin, named) {
  const [, words, signature, key] = headers.authorization.match(/^vapid t=(.+)\.([^.]+), k=(.+)$/);
  assert.equal(key, named);
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(signature, 'base64url');
  assert.ok(verify('sha256', Buffer.from(words), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signed));
  assert.equal(JSON.parse(Buffer.from(words.split('.')[1], 'base64url')).aud, origin);
}
