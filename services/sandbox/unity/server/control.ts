import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { faultSchema } from '../editor/faults.ts';
import type { UnityEditorSim } from '../editor/unityEditorSim.ts';

const editorSchema = z.strictObject({
  action: z.enum(['close', 'open', 'kill', 'freeze', 'thaw', 'reload', 'play', 'stop']),
});

/**
 * `GET|POST|DELETE /sim/faults` and `POST /sim/editor {action}`: the fault switches of the first editor, for tests.
 * `GET /sim/activity`: when it was at work since the last such request, for benchmarks.
 */
export async function answerControl(
  request: IncomingMessage,
  path: string,
  editors: readonly UnityEditorSim[],
): Promise<{ readonly status: number; readonly body: unknown }> {
  const [editor] = editors;
  if (editor === undefined) return { status: 404, body: { error: 'no editor' } };
  if (path === '/sim/activity' && request.method === 'GET')
    return { status: 200, body: { spans: editor.activity.take() } };
  if (path === '/sim/faults' && request.method === 'GET')
    return { status: 200, body: { faults: editor.faults.list() } };
  if (path === '/sim/faults' && request.method === 'DELETE') {
    editor.faults.clear();
    return { status: 200, body: { faults: [] } };
  }
  if (request.method !== 'POST') return { status: 404, body: { error: 'not found' } };
  const given = await readJson(request);
  if (path === '/sim/faults') {
    const fault = faultSchema.safeParse(given);
    if (!fault.success) return { status: 400, body: { error: z.prettifyError(fault.error) } };
    editor.faults.add(fault.data);
    return { status: 200, body: { faults: editor.faults.list() } };
  }
  const action = editorSchema.safeParse(given);
  if (path !== '/sim/editor' || !action.success) return { status: 400, body: { error: 'unknown action' } };
  switch (action.data.action) {
    case 'close':
      editor.closeEditor();
      break;
    case 'open':
      editor.openEditor();
      break;
    case 'kill':
      editor.killEditor();
      break;
    case 'play':
      void editor.play();
      break;
    case 'stop':
      editor.stopPlaying();
      break;
    case 'freeze':
      editor.freeze();
      break;
    case 'thaw':
      editor.thaw();
      break;
    case 'reload':
      void editor.reload();
      break;
  }
  return { status: 200, body: { ok: true } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
