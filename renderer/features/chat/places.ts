import type { VirtualItem } from '@tanstack/react-virtual';

/** Where the person was in a conversation: it is there again when another screen or session was shown meanwhile. */
export interface TranscriptPlace {
  /** What is open in the rows; see `rowState.ts`. */
  readonly rows: Map<string, string>;
  /** Null at the end, where what is new is followed. */
  scroll: { readonly offset: number; readonly measured: VirtualItem[] } | null;
}

/** A conversation of 10,000 measured rows takes about 1 MB. */
const mostKept = 5;

/** The place in each session's conversation; the ones looked at last are kept. */
export function makePlaces(limit = mostKept): (sessionId: string) => TranscriptPlace {
  const places = new Map<string, TranscriptPlace>();
  return (sessionId) => {
    const place = places.get(sessionId) ?? { rows: new Map(), scroll: null };
    places.delete(sessionId);
    places.set(sessionId, place);
    for (const old of places.keys()) {
      if (places.size <= limit) break;
      places.delete(old);
    }
    return place;
  };
}
