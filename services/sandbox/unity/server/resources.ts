import { isRecord, type Body } from '../editor/reply.ts';
import { isBusy, type EditorLink } from './editorLink.ts';
import { connected, instanceId, type InstanceChooser } from './instances.ts';
import { pythonJson, serverBody } from './result.ts';

/** Text of the resources `mcpforunity://editor/state`, `.../project/info` and `.../instances`; null for any other. */
export async function readResource(
  uri: string,
  links: readonly EditorLink[],
  chooser: InstanceChooser,
): Promise<string | null> {
  if (uri === 'mcpforunity://instances') return pythonJson(describeInstances(links));
  const component = /^mcpforunity:\/\/scene\/gameobject\/(-?\d+)\/component(?:s|\/([^/]+))$/.exec(uri);
  const isKnown = uri === 'mcpforunity://editor/state' || uri === 'mcpforunity://project/info';
  if (!isKnown && component === null) return null;
  const choice = await chooser.choose(undefined);
  if (choice.kind === 'refused') return JSON.stringify(choice.body);
  if (choice.kind === 'unknown') return JSON.stringify(serverBody({ error: choice.text }));
  const { link } = choice;
  if (component !== null) {
    const [, id, name] = component;
    const command = name === undefined ? 'get_gameobject_components' : 'get_gameobject_component';
    const componentName = name === undefined ? {} : { componentName: decodeURIComponent(name) };
    const { body } = await link.send(command, { instanceID: Number(id), ...componentName });
    const { message = null, error = null, data = null, hint = null } = body;
    return JSON.stringify({ success: body['success'], message, error, data, hint });
  }
  if (uri === 'mcpforunity://project/info') {
    const { body } = await link.send('get_project_info', {});
    if (body['success'] !== true || !isRecord(body['data'])) return JSON.stringify(body);
    const { projectRoot, projectName, unityVersion, platform, assetsPath } = body['data'];
    const data = { projectRoot, projectName, unityVersion, platform, assetsPath };
    return JSON.stringify({ success: true, message: body['message'], error: null, data, hint: null });
  }
  const { body } = await link.sendFast('get_editor_state', {});
  if (body['success'] !== true || !isRecord(body['data'])) return JSON.stringify(body);
  const data = withAdvice(body['data'], link);
  return JSON.stringify({ success: true, message: body['message'], error: null, data, hint: null });
}

function describeInstances(links: readonly EditorLink[]): Body {
  const instances = connected(links).map((link) => ({
    id: instanceId(link),
    name: link.editor.projectName,
    hash: link.editor.projectHash,
    unity_version: link.editor.unityVersion,
    connected_at: pythonTime(link.editor.connection.connectedAt()),
    session_id: link.editor.connection.sessionId(),
  }));
  return { success: true, transport: 'http', instance_count: instances.length, instances };
}

/** Body of `GET /api/instances`. */
export function describeSessions(links: readonly EditorLink[]): Body {
  const instances = connected(links).map(({ editor }) => ({
    session_id: editor.connection.sessionId(),
    project: editor.projectName,
    hash: editor.projectHash,
    unity_version: editor.unityVersion,
    connected_at: pythonTime(editor.connection.connectedAt()),
  }));
  return { success: true, instances };
}

/** The server adds the instance id, whether tools may run, and how old the snapshot is. */
function withAdvice(state: Body, link: EditorLink): Body {
  const activity = isRecord(state['activity']) ? state['activity'] : {};
  const unity = isRecord(state['unity']) ? state['unity'] : {};
  const isReady = !isBusy(state);
  const reason = activity['phase'] === 'domain_reload' ? 'domain_reload' : 'compiling';
  return {
    ...state,
    unity: { ...unity, instance_id: instanceId(link) },
    advice: {
      ready_for_tools: isReady,
      blocking_reasons: isReady ? [] : [reason],
      recommended_retry_after_ms: isReady ? 0 : 500,
      recommended_next_action: isReady ? 'none' : 'retry_later',
    },
    staleness: { age_ms: 0, is_stale: false },
  };
}

const pythonTime = (date: Date): string => date.toISOString().replace('Z', '000+00:00');
