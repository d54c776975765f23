import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DependencyError } from '../../../shared/errors/index.ts';
import type { Journal } from '../journal/index.ts';
import {
  addSession,
  appendFrame,
  makeTestFolder,
  openTestJournal,
  sessionId,
  silentLogger,
} from '../testing/testJournal.ts';
import { makePublisher } from './publisher.ts';
import type { EventStream, Publisher } from './types.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let publisher: Publisher | undefined;
let sent: string[];
let isAway: boolean;

const other = '01a20000-0000-7000-8000-000000000002';
const away = () => new DependencyError('nats_unavailable', 'NATS is away.', { retryable: true });
const stream = (patch: Partial<EventStream> = {}): EventStream => ({
  publish: async ({ messageId }) => {
    if (isAway) throw away();
    sent.push(messageId);
    return { streamSeq: sent.length };
  },
  putFrame: async (sha256) => {
    sent.push(sha256);
    return { stored: 'now' };
  },
  ...patch,
});
const start = (using: EventStream, logger = silentLogger): Publisher =>
  (publisher = makePublisher({
    outbox: journal.outbox,
    frameBytes: journal.frames.bytes,
    stream: using,
    logger,
  }));
const append = (id: string, title: string): string =>
  journal.outbox.append(id, { type: 'session', action: 'renamed', title }).eventId;

beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
  addSession(journal);
  addSession(journal, other);
  sent = [];
  isAway = false;
});
afterEach(async () => {
  await publisher?.close();
  journal.close();
  folder.remove();
});

describe('the publisher', () => {
  it('sends what is there and what comes, in the order of each session, and marks it', async () => {
    const first = [append(sessionId, 'a'), append(other, 'x'), append(sessionId, 'b')];
    start(stream());
    await expect.poll(() => journal.outbox.depth()).toBe(0);
    const later = append(sessionId, 'c');
    await expect.poll(() => journal.outbox.depth()).toBe(0);
    expect(sent.toSorted()).toEqual([...first, later].toSorted());
    expect(sent.filter((id) => id !== first[1])).toEqual([first[0], first[2], later]);
  });

  it('keeps events while NATS is away, says so, and sends them when it is back', async () => {
    isAway = true;
    const id = append(sessionId, 'a');
    const running = start(stream());
    await expect.poll(() => running.status()).toMatchObject({ kind: 'waiting', detail: 'NATS is away.' });
    expect(journal.outbox.depth()).toBe(1);
    isAway = false;
    running.retryNow();
    await expect.poll(() => journal.outbox.depth()).toBe(0);
    expect(sent).toEqual([id]);
  });

  it('holds back the rest of a session whose event is refused, and lets the others go on', async () => {
    const [bad, after, fine] = [append(sessionId, 'bad'), append(sessionId, 'after'), append(other, 'fine')];
    start(
      stream({
        publish: async ({ messageId }) => {
          if (messageId === bad) throw new DependencyError('nats_rejected', 'Too large.', { retryable: false });
          sent.push(messageId);
          return { streamSeq: 1 };
        },
      }),
    );
    await expect.poll(() => sent).toEqual([fine]);
    expect(journal.outbox.pending(10).map((row) => row.eventId)).toEqual([bad, after]);
  });

  it('has more and more events of a session in flight while all goes well, in their order', async () => {
    const ids = journal.transact(() => Array.from({ length: 20 }, (_, n) => append(sessionId, `${n}`)));
    let inFlight = 0;
    const peaks: number[] = [];
    start(
      stream({
        publish: async ({ messageId }) => {
          sent.push(messageId);
          peaks.push((inFlight += 1));
          await new Promise(setImmediate);
          inFlight -= 1;
          return { streamSeq: sent.length };
        },
      }),
    );
    await expect.poll(() => journal.outbox.depth()).toBe(0);
    expect(sent).toEqual(ids);
    expect(peaks).toEqual([1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5]);
  });

  it('sends a refused event again before anything newer, then one at a time', async () => {
    const ids = journal.transact(() => Array.from({ length: 10 }, (_, n) => append(sessionId, `${n}`)));
    const tried: number[] = [];
    let refusals = 2;
    const running = start(
      stream({
        publish: async ({ messageId }) => {
          const n = ids.indexOf(messageId);
          tried.push(n);
          if (n === 4 && (refusals -= 1) >= 0) throw away();
          return { streamSeq: n };
        },
      }),
    );
    await expect
      .poll(() => {
        running.retryNow();
        return journal.outbox.depth();
      })
      .toBe(0);
    // 5 and 6 were in the window of the refusal; nothing newer follows before 4 is through.
    expect(tried).toEqual([0, 1, 2, 3, 4, 5, 6, 4, 4, 7, 8, 9]);
  });

  it('names an event that is sent again by its time, since the stream may remember its id', async () => {
    const id = append(sessionId, 'a');
    start(stream());
    await expect.poll(() => journal.outbox.depth()).toBe(0);
    journal.outbox.sendAgain([id]);
    await expect.poll(() => sent).toEqual([id, `${id}.1`]);
  });

  it('lets the others go on even when more than a round of refused events is older', async () => {
    const refused = new Set(journal.transact(() => Array.from({ length: 300 }, (_, n) => append(sessionId, `${n}`))));
    const fine = append(other, 'fine');
    start(
      stream({
        publish: async ({ messageId }) => {
          if (refused.has(messageId)) throw new DependencyError('nats_rejected', 'Too large.', { retryable: false });
          sent.push(messageId);
          return { streamSeq: 1 };
        },
      }),
    );
    await expect.poll(() => sent, { timeout: 4_000 }).toEqual([fine]);
  });

  it("uploads a frame's bytes before its event", async () => {
    const { sha256, eventId } = appendFrame(journal, sessionId, Buffer.from('png'));
    start(stream());
    await expect.poll(() => sent).toEqual([sha256, eventId]);
  });

  it('sends the event of a frame that the store has no room for, counts it, and says so once', async () => {
    const warnings: string[] = [];
    const logger = Object.assign(silentLogger.child({}), {
      warn: (_facts: unknown, text: string) => warnings.push(text),
    });
    let stored: 'now' | 'no_room' = 'no_room';
    const ids = ['a', 'b'].map((text) => appendFrame(journal, sessionId, Buffer.from(text)).eventId);
    const running = start(stream({ putFrame: () => Promise.resolve({ stored }) }), logger);
    await expect.poll(() => sent).toEqual(ids);
    expect(running.framesNotKept()).toBe(2);
    expect(warnings).toHaveLength(1);
    stored = 'now';
    const { eventId } = appendFrame(journal, sessionId, Buffer.from('c'));
    await expect.poll(() => sent).toEqual([...ids, eventId]);
    expect(running.framesNotKept()).toBe(0);
  });

  it('holds the event of a frame while NATS is away', async () => {
    let isStoreAway = true;
    const { eventId } = appendFrame(journal, sessionId, Buffer.from('a'));
    const running = start(
      stream({ putFrame: () => (isStoreAway ? Promise.reject(away()) : Promise.resolve({ stored: 'now' })) }),
    );
    await expect.poll(() => running.status().kind).toBe('waiting');
    expect(sent).toEqual([]);
    isStoreAway = false;
    running.retryNow();
    await expect.poll(() => sent).toEqual([eventId]);
    expect(running.framesNotKept()).toBe(0);
  });
});
