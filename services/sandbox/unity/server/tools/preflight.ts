import { setTimeout as sleep } from 'node:timers/promises';
import type { Body } from '../../editor/reply.ts';
import { newestChange } from '../externalChanges.ts';
import { isBusy, type EditorLink } from '../editorLink.ts';
import { serverBody } from '../result.ts';

const lastSeen = new WeakMap<EditorLink, number>();

/**
 * What the real server does before asset, prefab and scene tools: waits for a compile, and when a file of the project is
 * newer than at its last look, refreshes with a compile request first (so a read may cause a domain reload). Null when
 * the tool may run, else the body to answer.
 */
export async function ensureReady(link: EditorLink): Promise<Body | null> {
  const end = Date.now() + link.waits.readyMs;
  for (
    let state = await link.readState({ waitForSession: true });
    state !== null && isBusy(state);
    state = await link.readState()
  ) {
    if (Date.now() >= end) {
      return serverBody({
        message: 'compiling',
        error: 'busy',
        data: { reason: 'compiling', retry_after_ms: 500 },
        hint: 'retry',
      });
    }
    await sleep(link.waits.pollMs);
  }
  const newest = newestChange(link.editor.projectDir);
  const seen = lastSeen.get(link);
  lastSeen.set(link, newest);
  if (seen === undefined || newest <= seen) return null;
  await link.send('refresh_unity', { mode: 'if_dirty', scope: 'all', compile: 'request', wait_for_ready: true });
  await link.waitUntilReady();
  // Files that the refresh itself wrote (.meta) are not news.
  lastSeen.set(link, newestChange(link.editor.projectDir));
  return null;
}
