import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acknowledgeAll, DeliveredMessage, type StreamMessage } from './streamMessage.ts';

const replyOf = (n: number): string => `$JS.ACK.SPARK.spark-nats-consumer.1.${n}.${n}.1763888888123456789.0`;
const ackOf = (n: number): string => `PUB ${replyOf(n)} 4\r\n+ACK\r\n`;

/** A server that hands over messages and keeps what it is told, and the client's connection to it. */
async function makeLine() {
  const settled: number[] = [];
  const messages: DeliveredMessage[] = [];
  let heard = '';
  let socket: Socket | undefined;
  const server = createServer((client) => {
    socket = client;
    client.write('INFO {"server_id":"x","version":"2.15.2","proto":1,"max_payload":1048576,"headers":true}\r\n');
    client.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      for (const _ of bytes.toString('latin1').matchAll(/^PING\r\n/gm)) client.write('PONG\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection: NatsConnection = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
  onTestFinished(async () => {
    await connection.close();
    server.close();
  });
  connection.subscribe('inbox', {
    callback: (_error, message) => {
      messages.push(new DeliveredMessage(message, connection, ({ seq }) => settled.push(seq)));
    },
  });
  await connection.flush();
  const sid = /SUB inbox (\d+)/.exec(heard)?.[1];
  heard = '';
  return {
    settled,
    deliver: async (numbers: readonly number[], headers = 'NATS/1.0\r\nNats-Msg-Id: x\r\n\r\n') => {
      const before = messages.length;
      for (const n of numbers) {
        const size = `${headers.length} ${headers.length + 4}`;
        socket?.write(`HMSG spark.x.y ${sid} ${replyOf(n)} ${size}\r\n${headers}body\r\n`);
      }
      await vi.waitUntil(() => messages.length === before + numbers.length);
      return messages.slice(before);
    },
    /** What the server was told, of all that was sent until now. */
    heard: async () => {
      await connection.flush();
      return heard.replaceAll('PING\r\n', '');
    },
  };
}

test('each message is acknowledged by its own reply subject, in their order, and is settled', async () => {
  const line = await makeLine();
  acknowledgeAll(await line.deliver([1, 2, 3]));
  expect(await line.heard()).toBe(`${ackOf(1)}${ackOf(2)}${ackOf(3)}`);
  expect(line.settled).toEqual([1, 2, 3]);
});

test('what is settled already is not acknowledged, and what was acknowledged is not settled again', async () => {
  const line = await makeLine();
  const messages = await line.deliver([1, 2]);
  messages[0]?.term('no');
  const told = await line.heard();
  acknowledgeAll(messages);
  acknowledgeAll(messages);
  for (const message of messages) message.nak();
  for (const message of messages) message.working();
  expect((await line.heard()).slice(told.length)).toBe(ackOf(2));
  expect(line.settled).toEqual([1, 2]);
});

test('messages of two connections are acknowledged each over its own', async () => {
  const [one, other] = [await makeLine(), await makeLine()];
  const [first] = await one.deliver([1]);
  const [second] = await other.deliver([2]);
  const [third] = await one.deliver([3]);
  acknowledgeAll([first, second, third].filter((message) => message !== undefined));
  expect(await one.heard()).toBe(`${ackOf(1)}${ackOf(3)}`);
  expect(await other.heard()).toBe(ackOf(2));
});

test('a message of another kind is asked to acknowledge itself', () => {
  const ack = vi.fn<() => void>();
  const message: Partial<StreamMessage> = { ack };
  acknowledgeAll([message as StreamMessage]);
  expect(ack).toHaveBeenCalledOnce();
});

test('nothing is sent for no messages', async () => {
  const line = await makeLine();
  acknowledgeAll([]);
  expect(await line.heard()).toBe('');
});

test('headers are read from the bytes before the data, and a message without them has none', async () => {
  const line = await makeLine();
  const [message] = await line.deliver([1], 'NATS/1.0\r\nNats-Msg-Id: abc\r\nX: 1\r\nX: 2\r\n\r\n');
  expect(Buffer.from(message?.data ?? []).toString()).toBe('body');
  expect(message?.header('Nats-Msg-Id')).toBe('abc');
  expect(message?.header('other')).toBeUndefined();
  expect(message?.headers()).toEqual([
    ['Nats-Msg-Id', 'abc'],
    ['X', '1'],
    ['X', '2'],
  ]);
  const [bare] = await line.deliver([2], 'NATS/1.0\r\n\r\n');
  expect(bare?.headers()).toEqual([]);
});
