import type { DependencyHealth } from '../../shared/contracts/index.ts';
import type { DatabaseHealth } from '../../database/index.ts';
import type { AnalyticsStatus } from './analytics/index.ts';
import type { PublisherStatus } from './publisher/index.ts';
import type { EngineStatus } from './realtime/types.ts';
import type { EditorStateKind, EditorStatus } from './unity/types.ts';

/** Each part's state in the words of the status bar: a label of one or two words, and what to do when something is wrong. */
const real = { simulated: false, latencyMs: null };

export function modelHealth(status: EngineStatus, simulated: boolean): DependencyHealth {
  const base = { id: 'model' as const, ...real, simulated };
  switch (status.kind) {
    case 'off':
      return { ...base, status: 'off', label: 'no model', detail: status.detail };
    case 'connecting':
      return { ...base, status: 'connecting', label: 'connecting', detail: '' };
    case 'ready':
      return { ...base, status: 'ok', label: status.model, detail: '', latencyMs: status.latencyMs };
    case 'reconnecting':
      return { ...base, status: 'degraded', label: 'reconnecting', detail: status.detail };
    case 'down':
      return { ...base, status: 'down', label: 'model away', detail: status.detail };
  }
}

const editorWords: Readonly<Record<EditorStateKind, readonly [DependencyHealth['status'], string]>> = {
  server_away: ['down', 'server away'],
  no_editor: ['down', 'no editor'],
  choose_instance: ['degraded', 'several editors'],
  ready: ['ok', 'ready'],
  compiling: ['ok', 'compiling'],
  reloading: ['ok', 'reloading'],
  importing: ['ok', 'importing'],
  playing: ['ok', 'playing'],
  testing: ['ok', 'testing'],
  building: ['ok', 'building'],
  not_answering: ['degraded', 'not answering'],
};

/** `openEditors`: how many are open at all, the session's or not. */
export function unityHealth(status: EditorStatus | null, simulated: boolean, openEditors = 0): DependencyHealth {
  const base = { id: 'unity' as const, ...real, simulated };
  if (status === null) {
    return {
      ...base,
      status: 'off',
      label: 'no Unity',
      detail: 'UNITY_MCP_URL is not set. Chat works; functions need Unity.',
    };
  }
  const [kind, word] = editorWords[status.kind];
  const label = status.projectName === null ? word : `${status.projectName} · ${word}`;
  const isChoice = status.kind === 'choose_instance' || (status.kind === 'no_editor' && openEditors > 0);
  return {
    ...base,
    status: kind,
    label,
    detail: status.detail,
    latencyMs: status.latencyMs,
    ...(status.notes === undefined || status.notes.length === 0 ? {} : { notes: [...status.notes] }),
    ...(isChoice ? { choose: true } : {}),
  };
}

export function natsHealth(facts: {
  readonly status: PublisherStatus;
  readonly connected: boolean;
  /** Why it is not, and what to look at; empty when nothing is known. */
  readonly whyAway?: string;
  readonly outboxDepth: number;
  /** Frames that the frame store had no room for. */
  readonly framesNotKept: number;
}): DependencyHealth {
  const { status, connected, whyAway = '', outboxDepth, framesNotKept } = facts;
  const base = { id: 'nats' as const, ...real };
  const waiting = outboxDepth === 0 ? '' : ` ${outboxDepth} event(s) are kept here and will be sent.`;
  if (status.kind === 'off') {
    return {
      ...base,
      status: 'off',
      label: 'no NATS',
      detail: `NATS_URL is not set. Events stay in the journal.${waiting}`,
    };
  }
  if (!connected) {
    return {
      ...base,
      status: status.kind === 'waiting' ? 'down' : 'connecting',
      label: status.kind === 'waiting' ? 'away' : 'connecting',
      detail: `NATS is not connected${whyAway === '' ? '' : `: ${whyAway}`}.${waiting} Nothing is lost.`,
    };
  }
  if (status.kind === 'waiting') {
    return { ...base, status: 'degraded', label: 'not accepting', detail: `${status.detail}${waiting}` };
  }
  if (framesNotKept > 0) {
    return {
      ...base,
      status: 'degraded',
      label: 'frames not kept',
      detail: `The frame store SPARK_FRAMES is full: ${framesNotKept} frame(s) are only on this machine. Events are sent. Raise the store's limit.`,
    };
  }
  return {
    ...base,
    status: 'ok',
    label: 'connected',
    detail: '',
    latencyMs: status.kind === 'idle' ? status.latencyMs : null,
  };
}

/** `off`: none is configured; `unknown`: it has not answered yet. */
export type DatabaseAnswer = DatabaseHealth | 'off' | 'unknown';

const asking = { ...real, status: 'connecting', label: 'connecting', detail: '' } as const;

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`;

export function primaryHealth(database: DatabaseAnswer, writeFailure: string | null): DependencyHealth {
  const base = { id: 'primary' as const, ...real };
  if (database === 'unknown') return { ...base, ...asking };
  if (database === 'off') {
    return {
      ...base,
      status: 'off',
      label: 'no database',
      detail: 'SLATE_DB_HOST is not set. Everything is kept in the journal on this machine.',
    };
  }
  const { ok, detail, latencyMs, breaker } = database.primary;
  if (ok && writeFailure !== null) {
    return { ...base, status: 'degraded', label: 'not accepting', detail: writeFailure, latencyMs };
  }
  return ok
    ? { ...base, status: 'ok', label: 'primary', detail: '', latencyMs }
    : {
        ...base,
        status: 'down',
        label: 'primary away',
        detail: `${detail}${breaker.kind === 'open' ? ` It is away since ${timeOf(breaker.sinceMs)}.` : ''} Rows are written from the events when it is back.`,
      };
}

export function replicaHealth(database: DatabaseAnswer): DependencyHealth {
  const base = { id: 'replica' as const, ...real };
  if (database === 'unknown') return { ...base, ...asking };
  if (database === 'off' || !database.replica.configured) {
    return {
      ...base,
      status: 'off',
      label: 'no replica',
      detail: 'SLATE_DB_REPLICA_HOST is not set; reads go to the primary.',
    };
  }
  const { ok, detail, latencyMs, lagMs } = database.replica;
  return ok
    ? { ...base, status: 'ok', label: lagMs === null ? 'replica' : `+${Math.round(lagMs)} ms`, detail: '', latencyMs }
    : {
        ...base,
        status: 'degraded',
        label: lagMs === null ? 'replica away' : 'replica late',
        detail: `${detail} Reads go to the primary.`,
        latencyMs,
      };
}

/** Null where none is set up: nothing is missing then, and no line says so. */
export function analyticsHealth(status: AnalyticsStatus | null): DependencyHealth | null {
  if (status === null) return null;
  const base = { id: 'analytics' as const, ...real };
  switch (status.kind) {
    case 'unknown':
      return { ...base, ...asking };
    case 'ok':
      return { ...base, status: 'ok', label: 'answers', detail: '', latencyMs: status.latencyMs };
    case 'away':
      return { ...base, status: 'degraded', label: 'away', detail: status.detail };
  }
}

export const journalHealth = (): DependencyHealth => ({
  id: 'journal',
  ...real,
  status: 'ok',
  label: 'kept here',
  detail: '',
});
