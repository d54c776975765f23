import { expect, test } from 'vitest';
import { isAcknowledgement, isDelivery, makeFrameSplitter } from './natsFrames.ts';

const stream = Buffer.from(
  'INFO {"server_id":"x"}\r\nMSG spark.a.b 1 $JS.ACK.SPARK.c.1.1.1.1.0 5\r\nab\r\nc\r\nPING\r\n' +
    'PUB $JS.ACK.SPARK.c.1.1.1.1.0 4\r\n+ACK\r\nHPUB spark.a.b _INBOX.1 12 15\r\nNATS/1.0\r\n\r\nxyz\r\n+OK\r\n',
  'latin1',
);

test('operations come out whole, and their bytes together are what went in, however the bytes were cut', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const split = makeFrameSplitter();
    const frames = [];
    for (let at = 0; at < stream.length; at += size) frames.push(...split(stream.subarray(at, at + size)));
    expect(frames.map(({ verb }) => verb)).toEqual(['INFO', 'MSG', 'PING', 'PUB', 'HPUB', '+OK']);
    expect(Buffer.concat(frames.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
  }
});

test('an acknowledgement and a delivery are told from all else', () => {
  const frames = makeFrameSplitter()(stream);
  expect(frames.filter(isAcknowledgement).map(({ verb }) => verb)).toEqual(['PUB']);
  expect(frames.filter(isDelivery).map(({ verb }) => verb)).toEqual(['MSG']);
});
