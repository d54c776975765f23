import type { Body } from '../../editor/reply.ts';
import type { SendOutcome } from '../editorLink.ts';
import type { ToolCall } from './types.ts';

/**
 * A script write as the real server does it: send, wait until the editor is ready again, and when the reply was lost in
 * a disconnect, look at the file (`verify`) and report what it finds.
 */
export async function sendScriptWrite(
  call: ToolCall,
  params: Body,
  verify: () => Promise<Body | null>,
): Promise<SendOutcome> {
  const outcome = await call.link.send('manage_script', params, { waitForSession: call.isPinned });
  await call.link.waitUntilReady();
  if (outcome.fate !== 'lost') return outcome;
  const verified = await verify();
  if (verified === null) return outcome;
  await call.link.waitUntilReady();
  return { body: verified, fate: 'answered' };
}
