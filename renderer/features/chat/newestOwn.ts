import type { MessageView } from '../../../shared/contracts/api/index.ts';
import type { OpenSession } from '../sessions/index.ts';

/** The newest message that the person sent in the opened session itself; it can be asked again. */
export function newestOwn(state: Pick<OpenSession, 'transcript' | 'messages' | 'sessionId'>): MessageView | null {
  for (const { kind, id } of state.transcript.toReversed()) {
    const message = kind === 'message' ? state.messages.get(id) : undefined;
    if (message?.role !== 'user' || message.sessionId !== state.sessionId) continue;
    if (message.status === 'complete' || message.status === 'failed') return message;
  }
  return null;
}
