import type { MessageView } from '../../../shared/contracts/api/index.ts';
import type { OpenSession } from '../sessions/index.ts';

/** The newest message that the person sent in the opened session itself; it can be asked again. */
export function newestOwn(state: Pick<OpenSession, 'transcript' | 'messages' | 'sessionId'>): MessageView | null {
  // Asked at every frame that streams, over ten thousand entries: nothing is copied.
  for (let index = state.transcript.length - 1; index >= 0; index -= 1) {
    const entry = state.transcript[index];
    const message = entry?.kind === 'message' ? state.messages.get(entry.id) : undefined;
    if (message?.role !== 'user' || message.sessionId !== state.sessionId) continue;
    if (message.status === 'complete' || message.status === 'failed') return message;
  }
  return null;
}
