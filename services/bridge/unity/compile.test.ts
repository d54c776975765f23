import { describe, expect, it } from 'vitest';
import { makeCompileWatch } from './compile.ts';
import { toCompileResult } from './scripts.ts';
import { editorStateData, type EditorState } from './replies.ts';

const { signal } = new AbortController();

function stateOf(compilation: Readonly<Record<string, number | boolean | null>>): EditorState {
  return editorStateData.parse({ compilation });
}

/** A clock that goes on by 10 ms with each look, and states that come one after another; the last one stays. */
function setUp(states: readonly (EditorState | null)[]) {
  let looks = 0;
  const requests: string[] = [];
  const watch = makeCompileWatch({
    calls: {
      attempt: (tool) => {
        requests.push(tool);
        return Promise.resolve({ kind: 'reply', body: { success: true }, png: null });
      },
    },
    editor: { readState: () => Promise.resolve(states[Math.min(looks++, states.length - 1)] ?? null) },
    clock: { now: () => looks * 10 },
    fastPollMs: 1,
    compileLimitMs: () => 1_000,
  });
  return { watch, requests };
}

const before = stateOf({ last_compile_started_unix_ms: 1_000, last_compile_finished_unix_ms: 2_000 });

describe('the compile after a change', () => {
  it("takes as long as Unity's own timestamps say, not as long as was waited", async () => {
    const { watch, requests } = setUp([
      stateOf({ is_compiling: true, last_compile_started_unix_ms: 5_000, last_compile_finished_unix_ms: 2_000 }),
      stateOf({ last_compile_started_unix_ms: 5_000, last_compile_finished_unix_ms: 9_200 }),
    ]);
    expect(await watch.afterChange(before, signal)).toEqual({ kind: 'finished', durationMs: 4_200 });
    expect(requests).toEqual([]);
  });

  it('is told by the reload when that has lost the timestamps; its length is then what was waited', async () => {
    const { watch } = setUp([
      stateOf({ is_compiling: true, last_compile_started_unix_ms: 5_000 }),
      stateOf({ last_domain_reload_after_unix_ms: 9_000 }),
    ]);
    expect(await watch.afterChange(before, signal)).toEqual({ kind: 'finished', durationMs: 20 });
  });

  it('is asked for when the write did not begin one, and is unknown when none is ever seen', async () => {
    const { watch, requests } = setUp([before]);
    expect(await watch.afterChange(before, signal)).toMatchObject({ kind: 'unknown' });
    expect(requests).toEqual(['refresh_unity']);
  });

  it('is not an older one when no state was read before the change', async () => {
    const old = stateOf({ last_compile_finished_unix_ms: 2_000, last_domain_reload_after_unix_ms: 3_000 });
    const { watch, requests } = setUp([null, old]);
    expect(await watch.afterChange(null, signal)).toMatchObject({ kind: 'unknown' });
    expect(requests).toEqual(['refresh_unity']);
  });

  it('is the first one after the first look when no state was read before the change', async () => {
    const { watch } = setUp([
      stateOf({ last_domain_reload_after_unix_ms: 3_000 }),
      stateOf({ is_compiling: true, last_compile_started_unix_ms: 5_000 }),
      stateOf({ last_domain_reload_after_unix_ms: 9_000 }),
    ]);
    expect(await watch.afterChange(null, signal)).toMatchObject({ kind: 'finished' });
  });

  const running = stateOf({ is_compiling: true, last_compile_started_unix_ms: 5_000 });

  it('is not the earlier one that still ran when the change was made', async () => {
    const { watch, requests } = setUp([running, stateOf({ last_domain_reload_after_unix_ms: 9_000 })]);
    expect(await watch.afterChange(running, signal)).toMatchObject({ kind: 'unknown' });
    expect(requests).toEqual(['refresh_unity']);
  });

  it('is the second one when an earlier one still ran, with a look in between or without', async () => {
    const ended = stateOf({ last_domain_reload_after_unix_ms: 9_000 });
    const second = stateOf({
      is_compiling: true,
      last_compile_started_unix_ms: 9_500,
      last_domain_reload_after_unix_ms: 9_000,
    });
    const done = stateOf({
      last_compile_started_unix_ms: 9_500,
      last_compile_finished_unix_ms: 9_900,
      last_domain_reload_after_unix_ms: 9_000,
    });
    for (const states of [[running, ended, second, done], [running, second, done], [done]]) {
      const { watch } = setUp(states);
      expect(await watch.afterChange(running, signal)).toEqual({ kind: 'finished', durationMs: 400 });
    }
  });
});

describe('the result of a compile', () => {
  const old = { severity: 'error', code: 'CS0103', message: 'old', file: 'Assets/A.cs', line: 1, column: 1 } as const;
  const unseen = { kind: 'unknown', durationMs: 5 } as const;

  it('that was not seen is unknown beside old errors, and has errors when one is new', () => {
    expect(toCompileResult(unseen, [{ ...old, caused: false }]).status).toBe('unknown');
    expect(toCompileResult(unseen, [{ ...old, caused: true }]).status).toBe('errors');
  });

  it('that was seen has errors as long as there are any', () => {
    const seen = { kind: 'finished', durationMs: 5 } as const;
    expect(toCompileResult(seen, [{ ...old, caused: false }]).status).toBe('errors');
    expect(toCompileResult(seen, []).status).toBe('ok');
  });
});
