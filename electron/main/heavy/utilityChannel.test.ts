import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openUtilityChannel } from './utilityChannel.ts';

test('a process that is closed while it is still starting is ended as soon as it is there', () => {
  let isThere = false;
  let kills = 0;
  const child = Object.assign(new EventEmitter(), {
    postMessage: () => undefined,
    kill() {
      if (isThere) kills += 1;
      return isThere;
    },
  });
  openUtilityChannel(() => child)().close();
  expect(kills).toBe(0);
  isThere = true;
  child.emit('spawn');
  expect(kills).toBe(1);
});
