import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DependencyError } from '../../../shared/errors/index.ts';
import { sha256Of, type Journal } from '../journal/index.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId, silentLogger } from '../testing/testJournal.ts';
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
  },
  ...patch,
});
const start = (using: EventStream): Publisher =>
  (publisher = makePublisher({
    outbox: journal.outbox,
    frameBytes: journal.frames.bytes,
    stream: using,
    logger: silentLogger,
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
    const bytes = Buffer.from('png');
    const sha256 = sha256Of(bytes);
    const createdAt = new Date().toISOString();
    const frame = { frameId: other, sha256, mimeType: 'image/png', width: 1, height: 1, sizeBytes: bytes.length };
    const measured = { captureSource: 'game_view', blank: false } as const;
    let eventId = '';
    journal.transact(() => {
      journal.frames.insert(
        {
          ...frame,
          ...measured,
          sessionId,
          callId: null,
          changeId: null,
          camera: null,
          unchanged: false,
          kept: true,
          createdAt,
        },
        bytes,
      );
      eventId = journal.outbox.append(
        sessionId,
        { type: 'preview.unity.frame', ...frame, ...measured },
        { frameSha256: sha256 },
      ).eventId;
    });
    start(stream());
    await expect.poll(() => sent).toEqual([sha256, eventId]);
  });
});
