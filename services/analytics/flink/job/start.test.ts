import { expect, test } from 'vitest';
import { planStart, type StartFacts } from './start.ts';

const slot = { active: false, walStatus: 'reserved', retainedBytes: 1, safeBytes: null } as const;
const state = { checkpoint: 'file:///chk-3', since: new Date('2026-11-20T04:00:00Z'), layout: 'l1' };
const windowsEnd = new Date('2026-11-23T17:42:00Z');
const first: StartFacts = {
  now: new Date('2026-11-23T18:44:12Z'),
  asked: undefined,
  layout: 'l1',
  state: undefined,
  slot: undefined,
  windowsEnd: null,
};

test('the first start counts from the hour that it is, so that its first windows are whole', () => {
  expect(planStart(first)).toEqual({ kind: 'anew', since: new Date('2026-11-23T18:00:00Z'), dropSlot: false });
});

test('a checkpoint with its slot is gone on from, and with the hour that its job began with', () => {
  expect(planStart({ ...first, state, slot, windowsEnd })).toEqual({
    kind: 'restore',
    checkpoint: state.checkpoint,
    since: state.since,
  });
});

test.each([
  ['its replication slot is gone', { state }],
  ['PostgreSQL removed changes', { state, slot: { ...slot, walStatus: 'lost' } }],
  ['another version of the job', { state, slot, layout: 'l2' }],
  ['no checkpoint that belongs to it', { slot }],
  ['no checkpoint to go on from', {}],
] as const)('what would leave a gap or overwrite windows is refused: %s', (reason, given) => {
  const plan = planStart({ ...first, windowsEnd, ...given });
  expect(plan).toMatchObject({ kind: 'refuse', reason: expect.stringContaining(reason) });
  expect(plan).toMatchObject({ reason: expect.stringContaining('--since 2026-11-23T17:00:00.000Z') });
});

test('the hour to count anew from is that of the newest minute, also when that was the last of its hour', () => {
  const plan = planStart({ ...first, windowsEnd: new Date('2026-11-23T18:00:00Z'), slot });
  expect(plan).toMatchObject({ reason: expect.stringContaining('--since 2026-11-23T17:00:00.000Z') });
});

test('whoever names an hour counts anew from its start, and the slot of before goes', () => {
  const asked = new Date('2026-11-23T16:30:00Z');
  expect(planStart({ ...first, state, slot, windowsEnd, asked })).toEqual({
    kind: 'anew',
    since: new Date('2026-11-23T16:00:00Z'),
    dropSlot: true,
  });
});

test('a slot that another job reads is left to it, also when an hour is named', () => {
  const busy = { ...slot, active: true };
  expect(planStart({ ...first, slot: busy, asked: first.now })).toMatchObject({
    kind: 'refuse',
    reason: expect.stringContaining('in use'),
  });
});
