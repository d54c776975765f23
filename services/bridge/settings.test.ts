import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationSettingsPatchSchema, type ConversationSettings } from '../../shared/contracts/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import type { Journal } from './journal/index.ts';
import { defaultSettings, makeSettings } from './settings.ts';
import { editJournal, makeTestFolder, openTestJournal } from './testing/testJournal.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let lines: string[];
let pushed: ConversationSettings[];
beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
  [lines, pushed] = [[], []];
});
afterEach(() => {
  journal.close();
  folder.remove();
});

const open = () =>
  makeSettings({
    journal,
    push: (event) => {
      if (event.name === 'settings.changed') pushed.push(event.payload.settings);
    },
    logger: makeLogger({ name: 'test', level: 'warn', sink: { write: (line) => void lines.push(line) } }),
  });

describe('settings', () => {
  it('are the defaults until something is set, and nothing is written for that', () => {
    expect(open().conversation()).toEqual(defaultSettings);
    expect(defaultSettings).toMatchObject({ whileBusy: 'interrupt', turn: { maxCalls: 25 }, voice: { mode: 'off' } });
    expect(journal.settings.get('conversation')).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('change only in the given fields, are pushed, and are there again after a restart', () => {
    const settings = open();
    settings.update({ whileBusy: 'queue', turn: { maxCalls: 3 } });
    settings.update({ turn: { maxFailuresInRow: 2 }, budgets: { dayMicroUsd: 5_000_000 } });
    const expected = {
      ...defaultSettings,
      whileBusy: 'queue',
      turn: { maxCalls: 3, maxFailuresInRow: 2 },
      budgets: { ...defaultSettings.budgets, dayMicroUsd: 5_000_000 },
    };
    expect(pushed.at(-1)).toEqual(expected);
    journal.close();
    journal = openTestJournal(folder.dir);
    expect(open().conversation()).toEqual(expected);
    // Only what was set: another version's defaults hold for the rest.
    expect(journal.settings.get('conversation')).toEqual({
      whileBusy: 'queue',
      turn: { maxCalls: 3, maxFailuresInRow: 2 },
      budgets: { dayMicroUsd: 5_000_000 },
    });
  });

  it('keep the price of a model as one value, and forget it with null', () => {
    const settings = open();
    const price = { textIn: 1, textCached: 0.1, textOut: 2 };
    settings.update({ prices: { a: { ...price, audioIn: 9 }, b: price } });
    expect(settings.update({ prices: { a: price } }).prices).toEqual({ a: price, b: price });
    expect(settings.update({ prices: { a: null } }).prices).toEqual({ b: price });
  });

  it('that do not fit are left out one by one, with a line in the log', () => {
    journal.settings.set('conversation', {
      whileBusy: 'sometimes',
      turn: { maxCalls: 7, maxFailuresInRow: -1 },
      budgets: 'none',
      prices: { good: { textIn: 1, textCached: 1, textOut: 1 }, half: { textIn: 1 } },
      fromTheFuture: true,
    });
    expect(open().conversation()).toEqual({
      ...defaultSettings,
      turn: { maxCalls: 7, maxFailuresInRow: 5 },
      prices: { good: { textIn: 1, textCached: 1, textOut: 1 } },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('whileBusy');
  });

  it.each(['not json at all', '[1]', '"text"', 'null'])('kept as %s are the defaults', (value) => {
    journal.settings.set('conversation', {});
    editJournal(folder.dir, 'UPDATE settings SET value = ?', value);
    const settings = open();
    expect(settings.conversation()).toEqual(defaultSettings);
    expect(settings.update({ whileBusy: 'queue' }).whileBusy).toBe('queue');
  });
});

it('an update with a field that does not exist, or out of its range, is refused', () => {
  const isTaken = (value: unknown): boolean => conversationSettingsPatchSchema.safeParse(value).success;
  expect(isTaken({ turn: { maxCalls: 200 } })).toBe(true);
  expect(isTaken({ budgets: { turnMicroUsd: null } })).toBe(true);
  for (const wrong of [{ turn: { maxCalls: 0 } }, { colour: 'red' }, { voice: { volume: 1 } }, { whileBusy: null }])
    expect(isTaken(wrong)).toBe(false);
});
