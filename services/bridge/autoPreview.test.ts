import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallView, ChangeView, FrameView } from '../../shared/contracts/index.ts';
import { makeAutoPreview } from './autoPreview.ts';
import { silentLogger } from './testing/testJournal.ts';

const sessionId = '01a20000-0000-7000-8000-000000000001';
const call = (more: Partial<CallView> = {}) =>
  ({ sessionId, state: 'succeeded', effect: 'write', changeId: 'ch1', ...more }) as CallView;

function setUp() {
  const state = {
    on: true,
    ready: true,
    compileStatus: 'ok' as ChangeView['compileStatus'],
    frames: [] as Pick<FrameView, 'changeId'>[],
    rendered: 0,
  };
  const change = () => ({ changeId: 'ch1', compileStatus: state.compileStatus });
  const preview = makeAutoPreview({
    changes: { get: change, latest: change },
    frames: { list: () => state.frames },
    isOn: () => state.on,
    isReady: () => state.ready,
    render: () => {
      state.rendered += 1;
      return Promise.resolve(call());
    },
    logger: silentLogger,
  });
  const end = (more: Partial<CallView> = {}): void =>
    preview.onPushed({ name: 'call.changed', payload: { call: call(more) } });
  return { state, preview, end };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a frame after a change', () => {
  it('is taken once the session is quiet, one for several changes', () => {
    const { state, end } = setUp();
    state.ready = false;
    end();
    end();
    vi.advanceTimersByTime(5_000);
    expect(state.rendered).toBe(0);
    state.ready = true;
    vi.advanceTimersByTime(1_000);
    expect(state.rendered).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(state.rendered).toBe(1);
  });

  it.each([
    ['it is not set', (state: ReturnType<typeof setUp>['state']) => void (state.on = false), {}],
    [
      'the change does not compile',
      (state: ReturnType<typeof setUp>['state']) => void (state.compileStatus = 'errors'),
      {},
    ],
    [
      'the model took one itself',
      (state: ReturnType<typeof setUp>['state']) => void state.frames.push({ changeId: 'ch1' }),
      {},
    ],
    ['the call only read', () => undefined, { effect: 'read' as const, changeId: null }],
    ['the call failed', () => undefined, { state: 'failed' as const }],
  ])('is not taken when %s', (_name, arrange, more) => {
    const { state, end } = setUp();
    arrange(state);
    end(more);
    vi.advanceTimersByTime(5_000);
    expect(state.rendered).toBe(0);
  });

  it('is not taken after SPARK was closed', () => {
    const { state, preview, end } = setUp();
    end();
    preview.close();
    vi.advanceTimersByTime(5_000);
    expect(state.rendered).toBe(0);
  });
});
