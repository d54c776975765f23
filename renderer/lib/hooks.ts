import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** Whether a media query matches now. */
function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** Below this the window is one column: 720 px, half of a small monitor beside Unity (window.md §1). */
export const useNarrow = (): boolean => useMediaQuery('(width < 720px)');

/** Now in milliseconds since 1970, again every `everyMs` while `active`. */
export function useNow(active: boolean, everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [active, everyMs]);
  return now;
}

/**
 * A duration that the bridge last said was `baseMs`, counted on by this machine's monotonic clock while `running`: the
 * window and the bridge need not agree on the time of day.
 */
export function useElapsed(baseMs: number, running: boolean): number {
  const [grown, setGrown] = useState({ baseMs, ms: 0 });
  useEffect(() => {
    if (!running) return undefined;
    const from = performance.now();
    const timer = setInterval(() => setGrown({ baseMs, ms: performance.now() - from }), 500);
    return () => clearInterval(timer);
  }, [baseMs, running]);
  return baseMs + (running && grown.baseMs === baseMs ? grown.ms : 0);
}

/** Calls `listener` on every key press of the window while mounted. */
export function useWindowKeys(listener: (event: KeyboardEvent) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => latest.current(event);
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

export const isMac = (): boolean => navigator.userAgent.includes('Mac');
/** ⌘ on a Mac, Ctrl elsewhere, as it is written in shortcuts. */
export const modifierLabel = (): string => (isMac() ? '⌘' : 'Ctrl ');
export const hasModifier = (event: { readonly metaKey: boolean; readonly ctrlKey: boolean }): boolean =>
  isMac() ? event.metaKey : event.ctrlKey;
