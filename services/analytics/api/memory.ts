import { createHash } from 'node:crypto';

/** An answer as it is sent, and the tag of its figures. */
export interface Remembered {
  readonly text: string;
  readonly tag: string;
}

export interface ShortMemory {
  /** The answer of this key: remembered, on its way for somebody else, or read now. A failure is never remembered. */
  readonly get: (
    key: string,
    read: () => Promise<Remembered>,
  ) => Promise<{ readonly answer: Remembered; readonly from: 'memory' | 'replica' }>;
}

export interface ShortMemoryOptions {
  readonly lifeMs: number;
  readonly maxChars: number;
  readonly now?: () => number;
}

/** Many windows ask the same within seconds: the replica is asked once. Bounded by the answers' size, oldest out first. */
export function makeShortMemory({ lifeMs, maxChars, now = () => performance.now() }: ShortMemoryOptions): ShortMemory {
  const kept = new Map<string, { readonly answer: Remembered; readonly atMs: number }>();
  const reading = new Map<string, Promise<Remembered>>();
  let chars = 0;

  function forget(key: string): void {
    chars -= kept.get(key)?.answer.text.length ?? 0;
    kept.delete(key);
  }

  function keep(key: string, answer: Remembered): void {
    forget(key);
    if (answer.text.length > maxChars) return;
    kept.set(key, { answer, atMs: now() });
    chars += answer.text.length;
    for (const [oldest, { atMs }] of kept) {
      if (chars <= maxChars && now() - atMs < lifeMs) break;
      forget(oldest);
    }
  }

  return {
    async get(key, read) {
      const known = kept.get(key);
      if (known !== undefined && now() - known.atMs < lifeMs) return { answer: known.answer, from: 'memory' };
      const onItsWay = reading.get(key);
      if (onItsWay !== undefined) return { answer: await onItsWay, from: 'memory' };
      const started = read();
      reading.set(key, started);
      try {
        const answer = await started;
        keep(key, answer);
        return { answer, from: 'replica' };
      } finally {
        reading.delete(key);
      }
    },
  };
}

/** Weak: the same figures read at another moment have the same tag. */
export const tagOf = (figures: string): string =>
  `W/"${createHash('sha256').update(figures).digest('base64url').slice(0, 27)}"`;
