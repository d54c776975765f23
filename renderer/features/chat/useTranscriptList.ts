import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useVirtualizer, type Range, type VirtualItem } from '@tanstack/react-virtual';
import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext, waitingCalls, type OpenSession } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { estimateRow } from './estimateRow.ts';
import { rowOf, rowsOf } from './pinnedRows.ts';
import type { TranscriptPlace } from './places.ts';

/**
 * The conversation as a virtual list: only what is seen, and a little around it, is in the page. At its end it follows
 * what is streamed and what is added; scrolled up, nothing on the screen moves, whatever grows or is measured above or
 * below. `showEntry` (lib/windowStore.ts) scrolls to a message or call by its id.
 */
export interface TranscriptList {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rows: readonly VirtualItem[];
  readonly height: number;
  readonly measure: (row: HTMLElement | null) => void;
  /** False once the person scrolled up. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  /** The entry that was asked for. */
  readonly markedId: string | null;
}

/** Within this many pixels of the end counts as at the end. */
const slack = 24;
/** Rows above and below what is seen, so that a wheel's turn finds them there. */
const overscan = 6;
const padding = 16;

export function useTranscriptList(place: TranscriptPlace): TranscriptList {
  const transcript = OpenSessionContext.use((state) => state.transcript);
  const waiting = OpenSessionContext.use(waitingCalls);
  const { store: session } = OpenSessionContext.useHandle();
  const scroller = useRef<HTMLDivElement>(null);
  const [left] = useState(place.scroll);
  const [atEnd, setAtEnd] = useState(left === null);

  const getItemKey = useCallback((index: number) => keyOf(transcript[index]), [transcript]);
  const waitingRows = useMemo(
    () => waiting.map((callId) => transcript.findLastIndex(({ id }) => id === callId)),
    [transcript, waiting],
  );
  const rangeExtractor = useCallback(
    (range: Range) => {
      const box = scroller.current;
      const rowIn = (node: Node | null): number | null => (box?.contains(node) === true ? rowOf(node) : null);
      const selection = document.getSelection();
      const focused = rowIn(document.activeElement);
      return rowsOf(range, {
        rows: focused === null ? waitingRows : [...waitingRows, focused],
        selectedFrom: selection === null || selection.isCollapsed ? null : rowIn(selection.anchorNode),
      });
    },
    [waitingRows],
  );
  // oxlint-disable-next-line react/incompatible-library -- there is no React Compiler here; rows are memoized by hand
  const list = useVirtualizer({
    count: transcript.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRow(transcript[index], session.getState()),
    getItemKey,
    rangeExtractor,
    overscan,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: slack,
    paddingStart: padding,
    paddingEnd: padding,
    // Beyond the end: the first rows that are rendered are the last of the session.
    initialOffset: left?.offset ?? Number.MAX_SAFE_INTEGER,
    ...(left === null ? {} : { initialMeasurementsCache: left.measured }),
  });
  useLayoutEffect(() => {
    if (left === null) list.scrollToEnd();
  }, [list, left]);
  useEffect(() => {
    const box = scroller.current;
    let isAtEnd = left === null;
    const onScroll = (): void => {
      isAtEnd = list.isAtEnd();
      setAtEnd(isAtEnd);
    };
    box?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      box?.removeEventListener('scroll', onScroll);
      place.scroll = isAtEnd ? null : { offset: list.scrollOffset ?? 0, measured: list.takeSnapshot() };
    };
  }, [list, left, place]);

  // Who sends wants to see it, and the answer, wherever the conversation was scrolled to.
  const sent = ChatContext.use((state) => state.sent);
  const seen = useRef(sent);
  useEffect(() => {
    if (seen.current === sent) return;
    seen.current = sent;
    list.scrollToEnd();
  }, [sent, list]);

  const entry = WindowContext.use((state) => state.entry);
  const wanted = useMemo(
    () => (entry === null ? -1 : transcript.findIndex(({ id }) => id === entry.id)),
    [entry, transcript],
  );
  const isWanted = wanted !== -1;
  const wantedRow = useRef(wanted);
  useLayoutEffect(() => {
    wantedRow.current = wanted;
  });
  // Once for each asking, when the entry is there: not again when the list grows.
  useEffect(() => {
    if (entry === null || !isWanted) return undefined;
    list.scrollToIndex(wantedRow.current, { align: 'center' });
    // The row comes into the page with a later frame.
    return whenShown(
      () => scroller.current?.querySelector<HTMLElement>(`[data-index="${wantedRow.current}"]`) ?? null,
      (row) => row.focus({ preventScroll: true }),
    );
  }, [entry, isWanted, list]);

  return {
    scroller,
    rows: list.getVirtualItems(),
    height: list.getTotalSize(),
    measure: list.measureElement,
    atEnd,
    toEnd: () => list.scrollToEnd(),
    markedId: entry?.id ?? null,
  };
}

const keyOf = (entry: OpenSession['transcript'][number] | undefined): string =>
  entry === undefined ? '' : `${entry.kind}:${entry.id}`;

/** Looks once in each frame, for about a second. Returns how to stop looking. */
function whenShown(find: () => HTMLElement | null, act: (found: HTMLElement) => void, tries = 60): () => void {
  let frame = requestAnimationFrame(function look() {
    const found = find();
    tries -= 1;
    if (found !== null) act(found);
    else if (tries > 0) frame = requestAnimationFrame(look);
  });
  return () => cancelAnimationFrame(frame);
}
