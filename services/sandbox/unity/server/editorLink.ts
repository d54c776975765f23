import { setTimeout as sleep } from 'node:timers/promises';
import { EditorDisconnected } from '../editor/connection.ts';
import { isRecord, type Body, type PluginReply } from '../editor/reply.ts';
import type { UnityEditorSim } from '../editor/unityEditorSim.ts';
import { serverBody } from './result.ts';

/** The server's waits, as measured on the real one; tests shorten them. All in milliseconds. */
export interface ServerWaits {
  /** Answer to a command. */
  readonly commandMs: number;
  /** Answer to read_console, get_editor_state and ping. */
  readonly fastMs: number;
  /** The ping that comes before those. */
  readonly probeMs: number;
  /** For an editor to be connected. */
  readonly sessionMs: number;
  /** For the editor to be ready after a write, or before a preflighted tool. */
  readonly readyMs: number;
  readonly pollMs: number;
}

export const realWaits: ServerWaits = {
  commandMs: 30_000,
  fastMs: 2000,
  probeMs: 6000,
  sessionMs: 20_000,
  readyMs: 30_000,
  pollMs: 250,
};

export interface SendOutcome {
  readonly body: Body;
  /** `lost`: the socket dropped while the command was in flight; `unsent`: it never left. */
  readonly fate: 'answered' | 'lost' | 'timed_out' | 'unsent';
}

const noSession = serverBody({
  error: 'Unity session not available; please retry',
  data: { reason: 'no_unity_session', retry_after_ms: 250 },
  hint: 'retry',
});

/** Sends commands to one editor with the server's time limits and words every failure as the server does. */
export interface EditorLink {
  readonly editor: UnityEditorSim;
  readonly send: (name: string, params: Body, options?: { readonly waitForSession?: boolean }) => Promise<SendOutcome>;
  /** For read_console and the state: a ping first, then the command, both with short limits. */
  readonly sendFast: (name: string, params: Body) => Promise<SendOutcome>;
  /** `get_editor_state`'s data; null when the editor does not answer. `waitForSession`: as long as a command would. */
  readonly readState: (options?: { readonly waitForSession?: boolean }) => Promise<Body | null>;
  /** Polls ping, state and project info until the editor is ready; false when `readyMs` ran out. */
  readonly waitUntilReady: (limitMs?: number) => Promise<boolean>;
  readonly waits: ServerWaits;
}

export function makeEditorLink(editor: UnityEditorSim, waits: ServerWaits): EditorLink {
  async function waitForSession(limitMs: number): Promise<boolean> {
    const end = Date.now() + limitMs;
    while (!editor.connection.isOpen()) {
      if (Date.now() >= end) return false;
      await sleep(Math.min(waits.pollMs, 50));
    }
    return true;
  }

  async function request(name: string, params: Body, limitMs: number): Promise<SendOutcome> {
    const timeout = new AbortController();
    try {
      const late = sleep(limitMs, 'late', { signal: timeout.signal });
      const reply = await Promise.race([editor.execute({ name, params }), late]);
      if (typeof reply === 'string') {
        return { body: serverBody({ error: 'TimeoutError', hint: 'retry' }), fate: 'timed_out' };
      }
      return { body: toBody(reply), fate: 'answered' };
    } catch (error) {
      if (!(error instanceof EditorDisconnected)) throw error;
      return { body: serverBody({ error: error.message, hint: 'retry' }), fate: 'lost' };
    } finally {
      timeout.abort();
    }
  }

  const link: EditorLink = {
    editor,
    waits,
    async send(name, params, { waitForSession: waitFirst = true } = {}) {
      const isOpen = waitFirst ? await waitForSession(waits.sessionMs) : editor.connection.isOpen();
      return isOpen ? await request(name, params, waits.commandMs) : { body: noSession, fate: 'unsent' };
    },
    async sendFast(name, params) {
      if (!(await waitForSession(waits.sessionMs))) return { body: noSession, fate: 'unsent' };
      const ping = await request('ping', {}, waits.probeMs);
      if (ping.fate !== 'answered') {
        const error = `Unity session not ready for '${name}' (ping not answered); please retry`;
        return { body: serverBody({ error, hint: 'retry' }), fate: 'unsent' };
      }
      const outcome = await request(name, params, waits.fastMs);
      if (outcome.fate !== 'timed_out') return outcome;
      const error = `Unity did not respond to '${name}' within ${(waits.fastMs / 1000).toFixed(1)}s; please retry`;
      return { body: serverBody({ error, hint: 'retry' }), fate: 'timed_out' };
    },
    async readState({ waitForSession: waitFirst = false } = {}) {
      if (!waitFirst && !editor.connection.isOpen()) return null;
      const { body } = await link.sendFast('get_editor_state', {});
      if (body['success'] !== true || !isRecord(body['data'])) return null;
      await request('get_project_info', {}, waits.commandMs);
      return body['data'];
    },
    async waitUntilReady(limitMs = waits.readyMs) {
      const end = Date.now() + limitMs;
      for (;;) {
        const state = await link.readState();
        if (state !== null && !isBusy(state)) return true;
        if (Date.now() >= end) return false;
        await sleep(waits.pollMs);
      }
    },
  };
  return link;
}

/** True while the snapshot says compiling or domain reload. */
export function isBusy(state: Body): boolean {
  const compilation = state['compilation'];
  if (!isRecord(compilation)) return false;
  return compilation['is_compiling'] === true || compilation['is_domain_reload_pending'] === true;
}

function toBody(reply: PluginReply): Body {
  return reply.status === 'success' ? reply.result : serverBody({ error: reply.error });
}
