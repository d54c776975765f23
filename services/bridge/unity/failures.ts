import { AppError, DependencyError, type ErrorCode } from '../../../shared/errors/index.ts';
import type { ReplyBody } from './replies.ts';

/**
 * The one union of what can go wrong in a call to the Unity MCP. The classes answer one question: may the command be
 * sent again? MCP for Unity 10.1.0 tells most of them apart only by text, so the texts are matched here and nowhere
 * else.
 *
 * - `not_sent`, `busy`: nothing reached Unity (or only a read did): any call may be repeated.
 * - `may_have_run`: sent, outcome unknown; it may even run later. A write is settled by reading the file.
 * - `choose_instance`: several editors, none named. `failed`: Unity or the server refused, with a reason.
 * - `server_gone`: the MCP server or the connection to it; `sent` says whether the request had left.
 */
export type Failure =
  | {
      readonly kind: 'not_sent';
      readonly reason: 'no_session' | 'instance_not_found';
      readonly message: string;
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: 'busy';
      readonly reason: 'compiling' | 'tests_running' | 'not_answering' | 'busy';
      readonly message: string;
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: 'may_have_run';
      readonly reason: 'disconnected' | 'timeout' | 'crashed' | 'aborted' | 'reply_lost' | 'reply_unreadable';
      readonly message: string;
    }
  | { readonly kind: 'choose_instance'; readonly message: string; readonly available: readonly string[] }
  | {
      readonly kind: 'failed';
      /** Unity's slug (`stale_file`), or the sentence it sent instead of one. */
      readonly code: string;
      readonly message: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'server_gone'; readonly sent: boolean; readonly message: string };

/** Classifies a body with `success: false`; undefined when the body is a success. */
export function failureOfBody(body: ReplyBody): Failure | undefined {
  if (body.success) return undefined;
  const data = isRecord(body.data) ? body.data : {};
  const reason = typeof data['reason'] === 'string' ? data['reason'] : undefined;
  const message = body.error ?? body.message ?? body.code ?? 'Unity gave no reason';
  const retryAfterMs = typeof data['retry_after_ms'] === 'number' ? data['retry_after_ms'] : 500;

  if (body.hint === 'select_instance' || reason === 'instance_selection_required') {
    const available = Array.isArray(data['available_instances']) ? data['available_instances'] : [];
    return { kind: 'choose_instance', message, available: available.filter((id) => typeof id === 'string') };
  }
  if (reason === 'no_unity_session' || reason === 'stale_connection' || reason === 'reloading') {
    return { kind: 'not_sent', reason: 'no_session', message, retryAfterMs };
  }
  if (reason === 'compiling' || reason === 'tests_running') {
    return { kind: 'busy', reason, message: body.message ?? message, retryAfterMs };
  }
  if (message === 'busy') return { kind: 'busy', reason: 'busy', message: body.message ?? message, retryAfterMs };
  if (/did not respond to '.*' within|ping not answered/.test(message)) {
    return { kind: 'busy', reason: 'not_answering', message, retryAfterMs };
  }
  if (/disconnected while awaiting command_result|superseded by/.test(message)) {
    return { kind: 'may_have_run', reason: 'disconnected', message };
  }
  if (message === 'TimeoutError' || data['timeout'] === true || /timed out after \d+ ?s/.test(message)) {
    return { kind: 'may_have_run', reason: 'timeout', message };
  }
  // Whatever else broke on the way to the editor has the name of a Python exception here (`WebSocketDisconnect`).
  if (body.hint === 'retry') return { kind: 'may_have_run', reason: 'disconnected', message };
  const status = typeof data['status'] === 'string' ? data['status'] : undefined;
  return { kind: 'failed', code: status ?? body.code ?? message, message: readable(message, data), data };
}

const crashOfWrite = /^Error calling tool '(create_script|apply_text_edits|script_apply_edits|delete_script)'/;

/** Classifies the plain text of a result with `isError: true`. */
export function failureOfErrorText(text: string): Failure {
  // Known for a lost reply ('NoneType'); whatever else goes wrong inside a write may come after the write.
  if (text.includes("'NoneType' object has no attribute") || crashOfWrite.test(text)) {
    return { kind: 'may_have_run', reason: 'crashed', message: text };
  }
  if (/^Instance '.*' not found/.test(text)) {
    return { kind: 'not_sent', reason: 'instance_not_found', message: text, retryAfterMs: 500 };
  }
  if (text.includes('API key')) return { kind: 'failed', code: 'unauthorized', message: text, data: {} };
  if (text.startsWith('Unknown tool')) return { kind: 'failed', code: 'unknown_tool', message: text, data: {} };
  return { kind: 'failed', code: 'refused', message: text, data: {} };
}

/**
 * The AppError of a failure, for a person: what happened and what to do. `write` decides what an unknown outcome is:
 * for a write `unity_unsettled`, for a read only `unity_busy`.
 */
export function toUnityError(failure: Failure, context: { readonly tool: string; readonly write: boolean }): AppError {
  const data = { tool: context.tool, unity: failure.message };
  switch (failure.kind) {
    case 'not_sent':
      return new DependencyError(
        'unity_no_editor',
        'No Unity Editor is connected for this project. Open the project in Unity and check its MCP window.',
        { retryable: true, data },
      );
    case 'busy':
      return new DependencyError('unity_busy', `Unity is busy (${failure.reason}). Nothing was changed; try again.`, {
        retryable: true,
        data: { ...data, reason: failure.reason },
      });
    case 'may_have_run':
      return context.write
        ? new DependencyError(
            'unity_unsettled',
            'Unity did not confirm the write, so it may or may not have happened. SPARK reads the file to find out.',
            { retryable: false, data: { ...data, reason: failure.reason } },
          )
        : new DependencyError('unity_busy', 'Unity did not answer in time. Look for an open dialog in the editor.', {
            retryable: true,
            data: { ...data, reason: failure.reason },
          });
    case 'choose_instance':
      return new DependencyError('unity_select_instance', 'Several Unity Editors are open: choose one.', {
        retryable: false,
        data: { ...data, available: failure.available },
      });
    case 'server_gone':
      return new DependencyError(
        'unity_unavailable',
        'The Unity MCP server does not answer. Start it from the MCP for Unity window and check UNITY_MCP_URL.',
        { retryable: true, data },
      );
    case 'failed':
      return new AppError(codeOf(failure.code), failure.message, { data: { ...failure.data, ...data } });
  }
}

function codeOf(slug: string): ErrorCode {
  if (slug === 'stale_file' || slug === 'path_outside_assets') return slug;
  if (slug === 'validation_failed' || slug === 'unbalanced_braces' || slug === 'syntax_error') return 'script_syntax';
  if (slug === 'unauthorized') return 'unauthorized';
  if (/not found|No prefab asset/i.test(slug)) return 'not_found';
  return 'unity_rejected';
}

/**
 * The editor's own words for a file that is not there (10.1.0: `get_sha`, `manage_asset get_info`). Only these are proof:
 * `not_found` is also said of sessions, resources and whatever else was not found on the way.
 */
export const isMissingFile = (said: unknown): boolean =>
  typeof said === 'string' && /^(Script not found at '|Asset not found at path: )/.test(said);

/** Unity's slugs say little alone; its diagnostics and hints are for people. */
function readable(message: string, data: Readonly<Record<string, unknown>>): string {
  const diagnostics = Array.isArray(data['diagnostics']) ? data['diagnostics'] : [];
  const lines = diagnostics.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const hint = typeof data['hint'] === 'string' ? [data['hint']] : [];
  return [message, ...lines, ...hint].join('. ');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
