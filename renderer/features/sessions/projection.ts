import type {
  BuildView,
  CallView,
  ChangeView,
  ErrorInfo,
  FrameView,
  MessageView,
  PushedEvent,
  SessionSnapshot,
  SessionView,
  TurnState,
} from '../../../shared/contracts/api/index.ts';

/**
 * The opened session as the window holds it: a projection of the snapshot and of every push after it. Pure. A view
 * replaces the one with its id; a delta appends at its offset. A delta that does not fit (`gap`) means that the window
 * missed something and must open the session again; one that is already in the text is left out. A fork holds what its
 * parents made before it; that is replaced when it changes, and nothing new of theirs is added.
 */
export interface TranscriptEntry {
  readonly kind: 'message' | 'call';
  readonly id: string;
  readonly position: number;
}

export interface OpenSession {
  readonly status: 'none' | 'opening' | 'open' | 'failed';
  readonly sessionId: string | null;
  readonly session: SessionView | null;
  readonly turn: TurnState;
  readonly error: ErrorInfo | null;
  readonly messages: ReadonlyMap<string, MessageView>;
  readonly calls: ReadonlyMap<string, CallView>;
  readonly changes: ReadonlyMap<string, ChangeView>;
  readonly frames: ReadonlyMap<string, FrameView>;
  readonly builds: ReadonlyMap<string, BuildView>;
  /** Messages and calls by `position`; the same array while no entry is added or moved. */
  readonly transcript: readonly TranscriptEntry[];
}

export const noSession: OpenSession = {
  status: 'none',
  sessionId: null,
  session: null,
  turn: { kind: 'idle' },
  error: null,
  messages: new Map(),
  calls: new Map(),
  changes: new Map(),
  frames: new Map(),
  builds: new Map(),
  transcript: [],
};

const keyed = <T>(items: readonly T[], idOf: (item: T) => string): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [idOf(item), item]));

export function fromSnapshot(snapshot: SessionSnapshot): OpenSession {
  const entries: TranscriptEntry[] = [
    ...snapshot.messages.map(({ messageId, position }) => ({ kind: 'message' as const, id: messageId, position })),
    ...snapshot.calls.map(({ callId, position }) => ({ kind: 'call' as const, id: callId, position })),
  ];
  return {
    status: 'open',
    sessionId: snapshot.session.sessionId,
    session: snapshot.session,
    turn: snapshot.turn,
    error: null,
    messages: keyed(snapshot.messages, (item) => item.messageId),
    calls: keyed(snapshot.calls, (item) => item.callId),
    changes: keyed(snapshot.changes, (item) => item.changeId),
    frames: keyed(snapshot.frames, (item) => item.frameId),
    builds: keyed(snapshot.builds, (item) => item.buildId),
    transcript: entries.sort((a, b) => a.position - b.position),
  };
}

/** Maps that were made while these events are applied: nobody else has seen them, so they may be written to. */
type Fresh = WeakSet<ReadonlyMap<string, unknown>>;

function put<T>(fresh: Fresh, map: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> {
  if (map instanceof Map && fresh.has(map)) return map.set(id, value);
  const copy = new Map(map).set(id, value);
  fresh.add(copy);
  return copy;
}

function place(transcript: readonly TranscriptEntry[], entry: TranscriptEntry): readonly TranscriptEntry[] {
  // From the end: what changes is nearly always new.
  const known = transcript.findLast(({ kind, id }) => kind === entry.kind && id === entry.id);
  if (known?.position === entry.position) return transcript;
  const rest = known === undefined ? transcript : transcript.filter((other) => other !== known);
  const after = rest.findLastIndex(({ position }) => position <= entry.position);
  return [...rest.slice(0, after + 1), entry, ...rest.slice(after + 1)];
}

export type Projected = { readonly state: OpenSession; readonly gap: boolean };

/** Whether a record belongs here: its own, or one of a parent that was here from the start. */
const isHere = (state: OpenSession, ownerId: string, known: boolean): boolean => ownerId === state.sessionId || known;

/**
 * Applies pushes in their order; those of other sessions change nothing. What they change is copied once, not for each:
 * a copy of ten thousand messages takes a millisecond, and there are 500 deltas a second.
 */
export function projectAll(state: OpenSession, events: readonly PushedEvent[]): Projected {
  const fresh: Fresh = new WeakSet();
  let gap = false;
  let now = state;
  for (const event of events) {
    const next = projectOne(now, event, fresh);
    now = next.state;
    gap ||= next.gap;
  }
  return { state: now, gap };
}

function projectOne(state: OpenSession, event: PushedEvent, fresh: Fresh): Projected {
  const same = (next: OpenSession): Projected => ({ state: next, gap: false });
  switch (event.name) {
    case 'session.changed': {
      const { session } = event.payload;
      return same(session.sessionId === state.sessionId ? { ...state, session } : state);
    }
    case 'message.changed': {
      const { message } = event.payload;
      if (!isHere(state, message.sessionId, state.messages.has(message.messageId))) return same(state);
      const entry = { kind: 'message' as const, id: message.messageId, position: message.position };
      return same({
        ...state,
        messages: put(fresh, state.messages, message.messageId, message),
        transcript: place(state.transcript, entry),
      });
    }
    case 'message.streamed':
      return isHere(state, event.payload.sessionId, state.messages.has(event.payload.messageId))
        ? append(state, event.payload, fresh)
        : same(state);
    case 'call.changed': {
      const { call } = event.payload;
      if (!isHere(state, call.sessionId, state.calls.has(call.callId))) return same(state);
      const entry = { kind: 'call' as const, id: call.callId, position: call.position };
      return same({
        ...state,
        calls: put(fresh, state.calls, call.callId, call),
        transcript: place(state.transcript, entry),
      });
    }
    case 'change.changed': {
      const { change } = event.payload;
      if (!isHere(state, change.sessionId, state.changes.has(change.changeId))) return same(state);
      return same({ ...state, changes: put(fresh, state.changes, change.changeId, change) });
    }
    case 'frame.added': {
      const { frame } = event.payload;
      if (frame.sessionId !== state.sessionId) return same(state);
      return same({ ...state, frames: put(fresh, state.frames, frame.frameId, frame) });
    }
    case 'build.changed': {
      const { build } = event.payload;
      if (!isHere(state, build.sessionId, state.builds.has(build.buildId))) return same(state);
      return same({ ...state, builds: put(fresh, state.builds, build.buildId, build) });
    }
    case 'turn.changed':
      return same(event.payload.sessionId === state.sessionId ? { ...state, turn: event.payload.state } : state);
    case 'alert.changed':
    case 'health.changed':
    case 'session.deleted':
    case 'app.reopened':
    case 'app.link_opened':
    case 'settings.changed':
    case 'rules.changed':
    case 'prompts.changed':
    case 'usage.changed':
    case 'voice.changed':
    case 'voice.audio':
      return same(state);
  }
}

function append(
  state: OpenSession,
  delta: { readonly messageId: string; readonly offset: number; readonly delta: string },
  fresh: Fresh,
): Projected {
  const message = state.messages.get(delta.messageId);
  if (message === undefined || delta.offset > message.text.length) return { state, gap: true };
  const more = delta.delta.slice(message.text.length - delta.offset);
  // A final message is whole: a delta that comes after it repeats a part of it.
  if (more === '' || message.status === 'complete') return { state, gap: false };
  const next = { ...message, text: message.text + more };
  return { state: { ...state, messages: put(fresh, state.messages, message.messageId, next) }, gap: false };
}
