import type { ScriptCompiler } from './compiler.ts';
import { succeed, type Body } from './reply.ts';

/** The plugin's `get_editor_state`: the snapshot without the server's advice and staleness. */
export function describeEditorState(options: {
  readonly compiler: ScriptCompiler;
  readonly sequence: number;
  readonly sinceMs: number;
  readonly scene: { readonly path: string; readonly guid: string; readonly name: string };
  readonly tests: { readonly jobId: string; readonly mode: string; readonly startedMs: number } | null;
  readonly playing: boolean;
  readonly unityVersion: string;
  readonly refresh: { readonly requestedMs: number | null; readonly finishedMs: number | null };
}): Body {
  const { compiler, refresh, tests } = options;
  const times = compiler.times();
  const phase = compiler.phase() === 'idle' && tests !== null ? 'running_tests' : compiler.phase();
  return succeed('Retrieved editor state.', {
    schema_version: 'unity-mcp/editor_state@2',
    observed_at_unix_ms: Date.now(),
    sequence: options.sequence,
    unity: {
      instance_id: null,
      unity_version: options.unityVersion,
      project_id: null,
      platform: 'WindowsEditor',
      is_batch_mode: false,
    },
    editor: {
      is_focused: true,
      play_mode: { is_playing: options.playing, is_paused: false, is_changing: false },
      active_scene: options.scene,
    },
    activity: { phase, since_unix_ms: options.sinceMs, reasons: ['tick'] },
    compilation: {
      is_compiling: phase === 'compiling',
      is_domain_reload_pending: phase === 'domain_reload',
      last_compile_started_unix_ms: times.startedAtMs,
      last_compile_finished_unix_ms: times.finishedAtMs,
      last_domain_reload_before_unix_ms: times.reloadBeforeMs,
      last_domain_reload_after_unix_ms: times.reloadAfterMs,
    },
    assets: {
      is_updating: false,
      external_changes_dirty: false,
      external_changes_last_seen_unix_ms: null,
      external_changes_dirty_since_unix_ms: null,
      external_changes_last_cleared_unix_ms: null,
      refresh: {
        is_refresh_in_progress: false,
        last_refresh_requested_unix_ms: refresh.requestedMs,
        last_refresh_finished_unix_ms: refresh.finishedMs,
      },
    },
    tests: {
      is_running: tests !== null,
      mode: tests?.mode ?? null,
      current_job_id: tests?.jobId ?? null,
      started_unix_ms: tests?.startedMs ?? null,
      started_by: 'unknown',
      last_run: null,
    },
    transport: { unity_bridge_connected: null, last_message_unix_ms: null },
    settings: { batch_execute_max_commands: 25 },
  });
}
