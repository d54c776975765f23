import { describe, it } from 'vitest';
import {
  closeEditors,
  commandOf,
  endPairAfterEach,
  isSame,
  onBoth,
  onEditors,
  start,
  use,
  waitingNames,
} from './testing/frontCalls.ts';
import { waits } from './testing/frontPair.ts';

/**
 * Our own MCP server beside the real one, and the editor fails: both must say so in the same words. What
 * differs is mended in `server/`.
 */
endPairAfterEach();

describe('no editor connected', () => {
  it.each(waitingNames)('%s', async (name) => {
    await start();
    await closeEditors();
    await onBoth(({ renew }) => renew());
    await isSame(name);
  });
});

describe('an editor that closed after it was used', () => {
  it.each(waitingNames)('%s', async (name) => {
    await start();
    await use();
    await closeEditors();
    await isSame(name);
  });
});

describe('a frozen editor', () => {
  it.each(waitingNames)('%s', async (name) => {
    await start();
    await use();
    onEditors((editor) => editor.freeze());
    await isSame(name);
    onEditors((editor) => editor.thaw());
  });
});

describe.each(['no_answer', 'drop_before_write', 'drop_after_write', 'error', 'late_write'] as const)(
  'a command with the fault %s',
  (kind) => {
    it.each(waitingNames)('%s', async (name) => {
      await start();
      await use();
      const ms = kind === 'late_write' ? 1.5 * waits.commandMs : 50;
      onEditors((editor) => editor.faults.add({ kind, command: commandOf(name), ms }));
      await isSame(name);
    });
  },
);
