import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * A throw-away certificate for `127.0.0.1`, signed by itself, valid for a day: clients that insist on `wss:` can be held
 * against the stand-in without a tool or a package. X.509 v3 (RFC 5280) in DER, with an ECDSA key on P-256.
 */
export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM; a client trusts it as its `ca`. */
  readonly cert: string;
}

export function makeCertificate(now: Date = new Date()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(8)]);
  const day = 86_400_000;
  const validity = sequence(utcTime(new Date(now.getTime() - day)), utcTime(new Date(now.getTime() + day)));
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, serial),
    ecdsaWithSha256,
    name,
    validity,
    name,
    spki,
    tagged(0xa3, sequence(...extensions(spki))),
  );
  const signature = sign('sha256', toSign, privateKey);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(toSign, ecdsaWithSha256, bitString(signature))),
  };
}

function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => tagged(0x30, ...contents);
const octets = (contents: Buffer): Buffer => tagged(0x04, contents);
const bitString = (contents: Buffer): Buffer => tagged(0x03, Buffer.from([0]), contents);
const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const utcTime = (date: Date): Buffer =>
  tagged(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
/** CN=stand-in (2.5.4.3) */
const name = sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from('stand-in')))));
const yes = tagged(0x01, Buffer.from([0xff]));

/** It may sign itself (2.5.29.19), it is for 127.0.0.1 and localhost (2.5.29.17), and its key has an id (2.5.29.14). */
const extensions = (spki: Buffer): Buffer[] => [
  sequence(objectId('551d13'), yes, octets(sequence(yes))),
  sequence(
    objectId('551d11'),
    octets(sequence(tagged(0x87, Buffer.from([127, 0, 0, 1])), tagged(0x82, Buffer.from('localhost')))),
  ),
  sequence(objectId('551d0e'), octets(octets(createHash('sha1').update(spki).digest()))),
];

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
