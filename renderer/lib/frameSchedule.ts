/** Time from one application of what was pushed to the next: text that streams is read no better 60 times a second. */
const everyMs = 32;
/** A timer that ends within a frame of the display still meets that frame. */
const frameMs = 16;
/** A hidden page has no frames. */
const hiddenMs = 100;

export interface FrameScheduleDeps {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly atFrame: (run: () => void) => void;
  readonly later: (run: () => void, ms: number) => void;
  readonly isHidden: () => boolean;
}

/**
 * Runs what it is given at the next frame, and not sooner than 32 ms after the last time. Each time costs layout and paint
 * of the conversation, for which a key that is pressed would have to wait: half of the frames belong to the person.
 */
export function makeFrameSchedule({ now, atFrame, later, isHidden }: FrameScheduleDeps): (run: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (run) => {
    const go = (): void => {
      last = now();
      run();
    };
    const wait = last + everyMs - now();
    if (isHidden()) later(go, hiddenMs);
    else if (wait > frameMs) later(() => atFrame(go), wait - frameMs);
    else atFrame(go);
  };
}
