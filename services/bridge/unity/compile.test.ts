import { describe, expect, it } from 'vitest';
import { makeCompileWatch } from './compile.ts';
import { editorStateData, type EditorState } from './replies.ts';

const { signal } = new AbortController();

function stateOf(compilation: Readonly<Record<string, number | boolean | null>>): EditorState {
  return editorStateData.parse({ compilation });
}

/** A clock that goes on by 10 ms with each look, and states that come one after another; the last one stays. */
function setUp(states: readonly EditorState[]) {
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
});
