import type { DependencyHealth, HealthView } from '../../shared/contracts/index.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { DatabaseHealth } from '../../database/index.ts';
import type { AnalyticsStatus } from './analytics/index.ts';
import type { JournalTables } from './journal/index.ts';
import type { Push } from './functions/index.ts';
import type { PublisherStatus } from './publisher/index.ts';
import type { EngineStatus } from './realtime/types.ts';
import type { EditorStatus } from './unity/types.ts';
import {
  analyticsHealth,
  type DatabaseAnswer,
  journalHealth,
  modelHealth,
  natsHealth,
  primaryHealth,
  replicaHealth,
  unityHealth,
} from './healthWords.ts';

/** What the bridge's parts say of themselves; null where nothing is configured. */
export interface HealthSources {
  readonly engine: () => EngineStatus;
  readonly editor: () => EditorStatus | null;
  /** Editors that are open, the session's or not. */
  readonly openEditors?: () => number;
  readonly publisher: () => PublisherStatus;
  readonly natsConnected: () => boolean;
  /** Why NATS is not connected; empty while it is. */
  readonly natsAway?: () => string;
  /** Frames that the frame store had no room for; 0 while it takes them. */
  readonly framesNotKept: () => number;
  readonly database: (() => Promise<DatabaseHealth>) | null;
  /** What was last found of the analytics API; null where none is set up. */
  readonly analytics?: () => AnalyticsStatus | null;
  /** Where the consumer stands; null when it is not known. Asked now and then. */
  readonly consumer?: () => Promise<HealthView['consumer']>;
  /** What is worth knowing of each part, for Health. */
  readonly facts?: (id: DependencyHealth['id']) => readonly { readonly name: string; readonly value: string }[];
  /** Why rows could not be written last; null when they could. */
  readonly writeFailure: () => string | null;
}

/** The status bar's facts. While a window is there they are looked at every 5 s, and at once when a part says so. */
export interface Health {
  readonly get: () => Promise<HealthView>;
  /** A part changed: looks soon, and pushes when the picture is another. */
  readonly changed: () => void;
  readonly setWatched: (watched: boolean) => void;
  readonly close: () => void;
}

const pollMs = 5_000;
/** Several parts often change together; one push is enough for them. */
const settleMs = 250;
/** A database that does not answer must not make the window wait. */
const databaseWaitMs = 1_000;

export function makeHealth(options: {
  readonly sources: HealthSources;
  readonly journal: JournalTables;
  readonly simulated: readonly ('unity' | 'model')[];
  readonly push: Push;
  readonly clock: () => number;
  readonly logger: Logger;
}): Health {
  const { sources, journal, simulated, push, clock, logger } = options;
  let known: DatabaseAnswer = 'unknown';
  let asking: Promise<DatabaseAnswer> | undefined;
  let consumer: HealthView['consumer'] = null;
  let askingConsumer = false;
  let lastJson = '';
  let soon: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  async function askDatabase(): Promise<DatabaseAnswer> {
    const ask = sources.database;
    if (ask === null) return 'off';
    asking ??= ask()
      .then((answer) => (known = answer))
      .finally(() => (asking = undefined));
    const over = new AbortController();
    const late = waitMs(databaseWaitMs, AbortSignal.any([closing.signal, over.signal])).then(() => known);
    try {
      return await Promise.race([asking, late]);
    } finally {
      over.abort();
    }
  }

  /** Its answer is for the next look: a NATS that does not answer holds up nothing. */
  function askConsumer(): void {
    if (askingConsumer || sources.consumer === undefined) return;
    askingConsumer = true;
    void sources
      .consumer()
      .then(
        (answer) => (consumer = answer),
        () => (consumer = null),
      )
      .finally(() => (askingConsumer = false));
  }
  const withFacts = (dependency: DependencyHealth): DependencyHealth => {
    const facts = sources.facts?.(dependency.id) ?? [];
    return facts.length === 0 ? dependency : { ...dependency, facts: [...facts] };
  };

  async function get(): Promise<HealthView> {
    // The journal may be closed by the time the database has answered.
    const outboxDepth = journal.outbox.depth();
    const costMicroUsd = journal.usage.costSince(`${new Date(clock()).toISOString().slice(0, 10)}T00:00:00.000Z`);
    askConsumer();
    const database = await askDatabase();
    const analytics = analyticsHealth(sources.analytics?.() ?? null);
    const dependencies: DependencyHealth[] = [
      modelHealth(sources.engine(), simulated.includes('model')),
      unityHealth(sources.editor(), simulated.includes('unity'), sources.openEditors?.()),
      natsHealth({
        status: sources.publisher(),
        connected: sources.natsConnected(),
        whyAway: sources.natsAway?.() ?? '',
        outboxDepth,
        framesNotKept: sources.framesNotKept(),
      }),
      primaryHealth(database, sources.writeFailure()),
      replicaHealth(database),
      ...(analytics === null ? [] : [analytics]),
      journalHealth(),
    ];
    return {
      dependencies: dependencies.map(withFacts),
      outboxDepth,
      replicaLagMs: typeof database === 'string' ? null : database.replica.lagMs,
      consumer: sources.natsConnected() ? consumer : null,
      costMicroUsd,
    };
  }

  async function look(): Promise<void> {
    const health = await get();
    const json = JSON.stringify(health);
    if (closing.signal.aborted || json === lastJson) return;
    lastJson = json;
    push({ name: 'health.changed', payload: { health } });
  }
  const lookSafely = (): void => {
    look().catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn({ err: error }, 'health could not be looked at');
    });
  };

  return {
    get,
    changed() {
      if (poll === undefined || soon !== undefined) return;
      soon = setTimeout(() => {
        soon = undefined;
        lookSafely();
      }, settleMs);
    },
    setWatched(watched) {
      if (watched === (poll !== undefined)) return;
      if (watched) poll = setInterval(lookSafely, pollMs);
      else {
        clearInterval(poll);
        poll = undefined;
      }
    },
    close() {
      closing.abort();
      clearInterval(poll);
      clearTimeout(soon);
      poll = undefined;
    },
  };
}
