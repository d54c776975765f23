import { AppError, DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { openConnection, type Endpoint } from './connection.ts';
import { noKeyDetail } from './failures.ts';
import { makeSession, type Session } from './session.ts';
import type { HistoryBudget } from './historyBudget.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { watchSleep } from './sleepWatch.ts';
import { openTransport as openSocket, type OpenTransport } from './transport.ts';
import { toSessionUpdate } from './sessionSettings.ts';
import type { SessionLimits } from './sessionOptions.ts';
import type { EngineHost, EngineStatus, RealtimeEngine } from './types.ts';
import { makeEngineVoice } from './voice/engineVoice.ts';

export interface RealtimeEngineOptions {
  /** `wss://api.openai.com/v1/realtime`, or `ws://127.0.0.1:…` of the stand-in. */
  readonly url: string;
  readonly model: string;
  /** Without one the engine is `off`. */
  readonly apiKey: string | undefined;
  readonly organisation?: string | undefined;
  readonly project?: string | undefined;
  readonly host: EngineHost;
  readonly logger: Logger;
  readonly proxy?: ProxyEnvironment | undefined;
  /** Monotonic milliseconds, and milliseconds since the epoch; for tests. */
  readonly clock?: { readonly now: () => number; readonly wallNow?: () => number };
  /** How a socket is opened; for tests. */
  readonly openTransport?: OpenTransport;
  readonly historyBudget?: HistoryBudget;
  readonly connectTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly maxPayloadBytes?: number;
  readonly limits?: Partial<SessionLimits>;
}

export const defaultLimits: SessionLimits = {
  connectionAgeMs: 55 * 60_000,
  idleMs: 10 * 60_000,
  stallMs: 120_000,
  // A second more than a handler gets to say what became of its work: what it says in time is told.
  cancelGraceMs: 6_000,
  reconnectWindowMs: 120_000,
  reconnectBaseMs: 500,
  longestWaitMs: 10 * 60_000,
  summaryMs: 30_000,
};

/**
 * The conversation engine: one session per SPARK session, each with its own socket, opened with its first message. It
 * looks once at the start whether the service answers and takes the key, and again after a connection was lost, so that
 * `status` tells the truth before anything is typed.
 */
export function makeRealtimeEngine(options: RealtimeEngineOptions): RealtimeEngine {
  const { host, logger, apiKey } = options;
  const now = options.clock?.now ?? (() => performance.now());
  const wallNow = options.clock?.wallNow ?? Date.now;
  const openTransport = options.openTransport ?? openSocket;
  const limits: SessionLimits = { ...defaultLimits, ...options.limits };
  const sessions = new Map<string, Session>();
  const unknownTypes = new Set<string>();
  const closing = new AbortController();
  let status: EngineStatus = apiKey === undefined ? { kind: 'off', detail: noKeyDetail } : { kind: 'connecting' };
  let probing = false;

  function setStatus(next: EngineStatus): void {
    if (closing.signal.aborted) return;
    status = next;
    host.onStatus(next);
  }
  const setReady = (model: string): void =>
    setStatus({ kind: 'ready', model, latencyMs: status.kind === 'ready' ? status.latencyMs : null });
  const setLatency = (latencyMs: number): void => {
    if (status.kind === 'ready') setStatus({ ...status, latencyMs: Math.round(latencyMs * 10) / 10 });
  };
  const setFailed = (error: AppError): void => {
    setStatus({ kind: 'down', detail: error.message });
    if (error instanceof DependencyError && error.retryable) void probe();
  };

  const endpointWith = (key: string): Endpoint => ({
    url: options.url,
    model: options.model,
    apiKey: key,
    organisation: options.organisation,
    project: options.project,
    proxy: options.proxy,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    pingIntervalMs: options.pingIntervalMs ?? 15_000,
    maxPayloadBytes: options.maxPayloadBytes ?? 32 * 1024 * 1024,
  });

  /** Looks whether the service answers, until it does, refuses for good, or a session gets through first. */
  async function probe(): Promise<void> {
    if (apiKey === undefined || probing || closing.signal.aborted) return;
    probing = true;
    try {
      for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
        try {
          const connection = await openConnection({
            endpoint: endpointWith(apiKey),
            settings: toSessionUpdate({ model: options.model, instructions: '', tools: [] }),
            items: [],
            openTransport,
            logger,
            unknownTypes,
            signal: closing.signal,
            onEvent: () => undefined,
            onLatency: setLatency,
            onClose: () => undefined,
          });
          connection.close();
          return setReady(connection.model);
        } catch (error) {
          const failure = toAppError(error);
          if (status.kind === 'ready') return;
          if (!(failure instanceof DependencyError && failure.retryable)) {
            return setStatus({ kind: 'down', detail: failure.message });
          }
          const retryInMs = backoffMs(attempt, { baseMs: limits.reconnectBaseMs, capMs: 30_000 });
          setStatus({ kind: 'reconnecting', detail: failure.message, retryInMs });
          await waitMs(retryInMs, closing.signal);
          if (isReady(status)) return;
        }
      }
    } finally {
      probing = false;
    }
  }

  function sessionOf(sessionId: string, key: string): Session {
    const known = sessions.get(sessionId);
    if (known !== undefined) return known;
    const session = makeSession({
      sessionId,
      endpoint: endpointWith(key),
      host,
      limits,
      logger,
      now,
      wallNow,
      openTransport,
      historyBudget: options.historyBudget,
      unknownTypes,
      onReady: setReady,
      onLatency: setLatency,
      onReconnecting: (detail, retryInMs) => setStatus({ kind: 'reconnecting', detail, retryInMs }),
      onFailed: setFailed,
      onIdleLoss: () => {
        setStatus({ kind: 'connecting' });
        void probe();
      },
    });
    sessions.set(sessionId, session);
    return session;
  }

  /** Throws AppError `realtime_unavailable` when nothing can be sent at all. */
  function readySession(sessionId: string): Session {
    if (apiKey === undefined) throw new AppError('realtime_unavailable', noKeyDetail);
    if (closing.signal.aborted) {
      throw new AppError('realtime_unavailable', 'SPARK is closing; your message is kept and can be sent next time.');
    }
    return sessionOf(sessionId, apiKey);
  }

  function wake(): void {
    for (const session of sessions.values()) session.wake();
  }
  const sleep = watchSleep({ wallNow, intervalMs: 2_000, graceMs: 8_000, onWake: wake });
  void probe();

  return {
    status: () => status,
    async send({ sessionId, whileBusy = 'interrupt', ...message }) {
      await readySession(sessionId).send(message, whileBusy);
    },
    async retry({ sessionId, messageId }) {
      await readySession(sessionId).retry(messageId);
    },
    unqueue: ({ sessionId, messageId }) => sessions.get(sessionId)?.unqueue(messageId) ?? false,
    async inform({ sessionId, text }) {
      sessions.get(sessionId)?.inform(text);
    },
    async cancel(sessionId) {
      return (await sessions.get(sessionId)?.cancel()) ?? false;
    },
    wake,
    voice: makeEngineVoice({ sessions, readySession }),
    async close() {
      closing.abort();
      sleep.stop();
      await Promise.all([...sessions.values()].map((session) => session.close()));
    },
  };
}

const isReady = (status: EngineStatus): boolean => status.kind === 'ready';
