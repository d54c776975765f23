import type { HistoryHit } from '../../../shared/contracts/api/index.ts';
import { showEntry, showPanel, WindowContext } from '../../lib/windowStore.ts';
import { useOpenSession } from '../sessions/index.ts';

/** Opens the session of a hit at its place: the message or call in the chat, a change without a call in the panel. */
export function useOpenHit(): (hit: HistoryHit) => void {
  const { open } = useOpenSession();
  const { store } = WindowContext.useHandle();
  return ({ sessionId, place }) => {
    open(sessionId);
    switch (place.kind) {
      case 'session':
        return;
      case 'message':
        showEntry(store, place.messageId);
        return;
      case 'call':
        showEntry(store, place.callId);
        return;
      case 'change':
        if (place.callId === null) showPanel(store, 'changes', { changeId: place.changeId });
        else showEntry(store, place.callId);
    }
  };
}
