import type { EditorState, Instance } from './replies.ts';
import type { EditorStateKind, EditorStatus } from './types.ts';

/** What one look at the server and the editor found; pure input of `toEditorStatus`. */
export type Sighting =
  | { readonly kind: 'server_away'; readonly why: string; readonly keyRefused?: boolean }
  | { readonly kind: 'absent'; readonly others: readonly Instance[]; readonly reloading: boolean }
  | { readonly kind: 'choose'; readonly instances: readonly Instance[] }
  | { readonly kind: 'silent'; readonly instance: Instance; readonly why: string }
  | { readonly kind: 'seen'; readonly instance: Instance; readonly state: EditorState | null };

/**
 * The state of the editor from the snapshot it publishes. `advice.ready_for_tools` is ignored on purpose: in a focused
 * idle editor the snapshot ages and the advice is "not ready" most of the time.
 */
export function kindOf(state: EditorState): EditorStateKind {
  const phase = state.activity?.phase;
  if (state.compilation?.is_domain_reload_pending === true || phase === 'domain_reload') return 'reloading';
  if (state.compilation?.is_compiling === true || phase === 'compiling') return 'compiling';
  if (state.tests?.is_running === true || phase === 'running_tests') return 'testing';
  const { is_playing: playing, is_changing: changing } = state.editor?.play_mode ?? {};
  if (playing === true || changing === true || phase === 'playmode_transition') return 'playing';
  const refreshing = state.assets?.refresh?.is_refresh_in_progress === true;
  return refreshing || state.assets?.is_updating === true || phase === 'asset_import' ? 'importing' : 'ready';
}

const detailOf: Record<EditorStateKind, string> = {
  server_away: 'The Unity MCP server does not answer. Start it from the MCP for Unity window, and check UNITY_MCP_URL.',
  no_editor: 'No Unity Editor is connected. Open the project in Unity and start the session in its MCP window.',
  choose_instance: 'Several Unity Editors are open. Choose the one to work in.',
  ready: '',
  compiling: 'Unity is compiling scripts; calls wait for it.',
  reloading: 'Unity is reloading its scripts and comes back by itself; calls wait for it.',
  importing: 'Unity is importing assets; nothing needs to be done.',
  playing: 'Unity is in play mode. Changes wait until you leave it: they would reload the scripts and end the game.',
  testing: 'Unity is running tests. Changes wait until they have ended; nothing needs to be done.',
  building: 'Unity is building the player and answers nothing until it is done; writes wait.',
  not_answering:
    'The Unity Editor is connected but does not answer. Look for an open dialog in it; writes wait until it answers.',
};

/** Names of projects; where two have the same one, the whole id tells them apart. */
const namesOf = (instances: readonly Instance[]): readonly string[] =>
  instances.map(({ id, name }) => (instances.filter((other) => other.name === name).length > 1 ? id : name));

/**
 * What writes wait for in this state; null where Unity takes them (it may take its time). A script that changes would
 * reload the domain: that ends the play session, and breaks the test run. A scene change in play mode is lost at its end.
 */
export const holdOf = (kind: EditorStateKind): string | null => holds[kind] ?? null;

const holds: Partial<Record<EditorStateKind, string>> = {
  building: 'Unity: building',
  not_answering: 'Unity: it does not answer, look for an open dialog',
  playing: 'Unity to leave play mode',
  testing: 'the tests in Unity to end',
};

/** For the approval of a change that will have to wait, or cannot be made as things stand; null when it can. */
export function noticeOf(kind: EditorStateKind): string | null {
  if (kind === 'no_editor' || kind === 'server_away') return unreachable[kind];
  const held = kind === 'playing' || kind === 'testing' ? holdOf(kind) : null;
  return held === null ? null : `Once approved this waits for ${held}.`;
}

const unreachable = {
  no_editor: 'The editor of this session is closed: open the project in Unity before you approve this.',
  server_away: 'Unity cannot be reached: start its MCP server before you approve this.',
} as const;

export function toEditorStatus(
  sighting: Sighting,
  context: {
    readonly building: boolean;
    readonly serverVersion: string | null;
    readonly latencyMs: number | null;
    readonly pinned: Instance | null;
    readonly notes: readonly string[];
  },
): EditorStatus {
  const { building, serverVersion, latencyMs, pinned, notes } = context;
  const shape = (
    kind: EditorStateKind,
    instance: Instance | null,
    extra: Partial<EditorStatus> = {},
  ): EditorStatus => ({
    kind,
    instanceId: instance?.id ?? null,
    projectName: instance?.name ?? null,
    unityVersion: instance?.unityVersion ?? null,
    activeScene: null,
    serverVersion,
    detail: detailOf[kind],
    latencyMs,
    notes,
    ...extra,
  });
  switch (sighting.kind) {
    case 'server_away':
      return sighting.keyRefused === true
        ? shape('server_away', pinned, { detail: 'The Unity MCP server refuses the key: check UNITY_MCP_TOKEN.' })
        : shape('server_away', pinned);
    case 'absent': {
      if (sighting.reloading) return shape('reloading', pinned);
      const others = namesOf(sighting.others);
      const mine = pinned === null ? 'the project of this session' : pinned.name;
      const detail =
        others.length === 0
          ? detailOf.no_editor
          : `The editor of ${mine} is closed. This session works in ${mine}: open it in Unity, or choose another editor for the session. Open: ${others.join(', ')}.`;
      return shape('no_editor', pinned, { detail });
    }
    case 'choose':
      return shape('choose_instance', null, {
        detail: `${detailOf.choose_instance} Open: ${namesOf(sighting.instances).join(', ')}.`,
      });
    case 'silent':
      return shape(building ? 'building' : 'not_answering', sighting.instance);
    case 'seen': {
      const kind = building ? 'building' : sighting.state === null ? 'ready' : kindOf(sighting.state);
      const activeScene = sighting.state?.editor?.active_scene?.path ?? null;
      const unityVersion = sighting.state?.unity?.unity_version ?? sighting.instance.unityVersion;
      return shape(kind, sighting.instance, { activeScene, unityVersion });
    }
  }
}
