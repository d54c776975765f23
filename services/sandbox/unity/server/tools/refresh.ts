import { textOf } from '../../editor/reply.ts';
import { serverBody, toWrappedResult } from '../result.ts';
import type { Tool } from './types.ts';

/** Seconds in the body of a refresh that never became ready; the real server waits 60 s whatever the rest. */
const waitSeconds = 60;

/**
 * refresh_unity: the plugin's reply in the server's five keys. Whatever says "retry" counts as a refresh that goes on
 * when the caller waits for readiness; a reply lost or late after a compile request does so even when it does not wait.
 */
export const refreshUnity: Tool = async (args, call) => {
  const wait = args['wait_for_ready'] !== false;
  const params = {
    mode: textOf(args, 'mode', 'if_dirty'),
    scope: textOf(args, 'scope', 'all'),
    compile: textOf(args, 'compile', 'none'),
    wait_for_ready: wait,
  };
  const { body, fate } = await call.link.send('refresh_unity', params, { waitForSession: call.isPinned });
  const isExpected = (fate === 'lost' || fate === 'timed_out') && params.compile === 'request';
  const isRecovering = isExpected || (body['success'] !== true && body['hint'] === 'retry' && wait);
  if (body['success'] !== true && !isRecovering) return toWrappedResult({ ...body, hint: body['hint'] ?? null });
  if (wait && !(await call.link.waitUntilReady(call.link.waits.readyMs * 2))) {
    const message = `Refresh triggered but timed out after ${waitSeconds}s waiting for editor readiness.`;
    return toWrappedResult({
      ...serverBody({ message, data: { timeout: true, wait_seconds: waitSeconds } }),
      hint: null,
    });
  }
  if (isRecovering) {
    const message = 'Refresh recovered after Unity disconnect/retry; editor is ready.';
    return toWrappedResult({
      ...serverBody({ success: true, message, data: { recovered_from_disconnect: true } }),
      hint: null,
    });
  }
  return toWrappedResult({
    success: body['success'] ?? false,
    message: body['message'] ?? null,
    error: body['error'] ?? null,
    data: body['data'] ?? null,
    hint: null,
  });
};
