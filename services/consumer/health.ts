import type { Database } from '../../database/index.ts';
import type { NatsLink } from '../../shared/node/messaging/index.ts';
import { stuckAfterMs, type Activity } from './activity.ts';
import type { Refusal } from './deadLetters.ts';

export interface Verdict {
  readonly ok: boolean;
  /** Each thing that was looked at: `ok`, or what is wrong in words. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface Health {
  /** Whether a new process would do better: only a stuck worker says so, never a server that is away. */
  readonly alive: () => Verdict;
  /** Whether every event gets to its end: both servers answer, messages are pulled, dead letters are taken. Never rejects. */
  readonly ready: () => Promise<Verdict>;
}

export interface HealthOptions {
  readonly link: Pick<NatsLink, 'status'>;
  readonly database: Pick<Database, 'health'>;
  readonly activity: Pick<Activity, 'silentMs'>;
  /** False until the consumer is started. */
  readonly pulling: () => boolean;
  /** What `SPARK_DLQ` says while it takes no dead letters; good events go on then. */
  readonly refusal: () => Refusal | null;
  /** How long an answer of PostgreSQL counts; a probe each second must not cost a query each. */
  readonly freshMs?: number;
  readonly now?: () => number;
}

export function makeHealth(options: HealthOptions): Health {
  const { link, database, activity, pulling, refusal, freshMs = 2_000, now = () => performance.now() } = options;
  let asked: { readonly at: number; readonly answer: Promise<string> } | undefined;

  function primary(): Promise<string> {
    if (asked === undefined || now() - asked.at >= freshMs) {
      const answer = database.health().then((health) => (health.primary.ok ? 'ok' : health.primary.detail));
      asked = { at: now(), answer };
    }
    return asked.answer;
  }

  function nats(): string {
    const status = link.status();
    if (status.kind === 'connected') return 'ok';
    return status.kind === 'connecting' ? status.detail : 'closed';
  }

  return {
    alive() {
      const silentMs = activity.silentMs();
      const workers = silentMs < stuckAfterMs ? 'ok' : `a batch has not moved for ${Math.round(silentMs / 1_000)} s`;
      return verdict({ workers });
    },
    ready: async () =>
      verdict({
        nats: nats(),
        postgres: await primary(),
        pulling: pulling() ? 'ok' : 'no messages are being pulled',
        dead_letters: describe(refusal()),
      }),
  };
}

const describe = (refusal: Refusal | null): string =>
  refusal === null
    ? 'ok'
    : `not stored since ${new Date(refusal.sinceMs).toISOString()}, given back ${refusal.givenBack} times: ${refusal.why}`;

const verdict = (checks: Readonly<Record<string, string>>): Verdict => ({
  ok: Object.values(checks).every((check) => check === 'ok'),
  checks,
});
