import process from 'node:process';

/**
 * When a stand-in was at work, so that a benchmark can take its time away from what it measures. Times are
 * milliseconds of the machine's monotonic clock (`process.hrtime`), which all processes of one machine share.
 */
export interface Span {
  readonly what: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Activity {
  /** Begins a span; call the result when the work has ended. A second call of it does nothing. */
  readonly begin: (what: string) => () => void;
  /** Something that took no time. */
  readonly mark: (what: string) => void;
  /** The newest spans that have ended, oldest first, since the last call. */
  readonly take: () => Span[];
}

/** Kept at most; the oldest go first. */
const limit = 20_000;

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export function makeActivity(): Activity {
  let spans: Span[] = [];
  const add = (span: Span): void => {
    spans.push(span);
    if (spans.length > limit) spans.splice(0, limit / 2);
  };
  return {
    begin(what) {
      const startMs = monotonicMs();
      let open = true;
      return () => {
        if (open) add({ what, startMs, endMs: monotonicMs() });
        open = false;
      };
    },
    mark(what) {
      const now = monotonicMs();
      add({ what, startMs: now, endMs: now });
    },
    take() {
      const taken = spans;
      spans = [];
      return taken;
    },
  };
}
