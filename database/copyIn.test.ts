import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { copyIn, type CopyConnection } from './copyIn.ts';

test('a stream that fails twice, by its time limit and then by its connection, rejects once and ends nothing', async () => {
  const stream = new PassThrough();
  const client: CopyConnection = { query: () => stream };
  const copied = copyIn(client, 'COPY events FROM STDIN', Buffer.from('rows'));
  stream.emit('error', new Error('Query read timeout'));
  await expect(copied).rejects.toThrow('Query read timeout');
  stream.emit('error', new Error('Connection terminated'));
});
