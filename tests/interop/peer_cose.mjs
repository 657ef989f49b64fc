// @auth0/cose behind a pipe, in the protocol of peer_cwt.py.
//
// The library signs without external_aad, so it is asked for level 1 alone.

import { Sign1 } from '@auth0/cose';
import { importJWK } from 'jose';

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data) => Buffer.from(data).toString('hex');
const named = (key) => importJWK(key, key.kty === 'EC' ? 'ES256' : 'EdDSA');

async function verify({ message, key, aad }) {
  try {
    const sign1 = Sign1.decode(bytes(message));
    await sign1.verify(await named(key), { externalAAD: bytes(aad) });
    return hex(sign1.payload);
  } catch (error) {
    console.error(String(error));
    return null;
  }
}

async function sign({ alg, kid, payload, key }) {
  const header = new Map([[1, alg], [4, bytes(kid)]]);
  const sign1 = await Sign1.sign([...header], undefined, bytes(payload), await named(key));
  return hex(sign1.encode());
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const request = JSON.parse(Buffer.concat(chunks).toString());
const answer = {
  verified: await Promise.all((request.verify ?? []).map(verify)),
  signed: await Promise.all((request.sign ?? []).map(sign)),
};
process.stdout.write(JSON.stringify(answer));
