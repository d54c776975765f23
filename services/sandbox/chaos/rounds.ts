import { readFileSync } from 'node:fs';
import { ensureStreams, readDurable } from '../../../shared/node/messaging/index.ts';
import { retryUntilAborted, waitMs } from '../../../shared/node/lifecycle/index.ts';
import { compareStores, type ComparedSoFar } from './compare.ts';
import { losingFaults } from './faults/stream.ts';
import { planRounds, toWords, type PlannedFault, type PlannedRound } from './plan.ts';
import { settle } from './settle.ts';
import { countAccepted } from './stores.ts';
import { openWorld, type World } from './world.ts';

/** As `npm run chaos -- --json` prints it. */
export interface ChaosReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly rounds: number;
  readonly accepted: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Rows that differ, good events that died, what never came to rest, programs that ended by themselves. */
  readonly wrong: number;
  readonly faults: Readonly<Record<string, number>>;
  /** What PostgreSQL answered the consumers, by SQLSTATE: that the faults were felt. */
  readonly sqlStates: Readonly<Record<string, number>>;
  readonly ms: number;
  /** What differed, in words; at most 200. */
  readonly findings: readonly string[];
  /** Kept for looking at when something differed. */
  readonly folder: string | null;
}

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  /** Only these kinds. */
  readonly kinds?: readonly string[];
}

/** Longest time to come to rest: a half-open connection is noticed after 20 to 30 s, and then work waits its turn. */
const settleMs = 90_000;
const afterFaultsMs = 300;
const mostFindings = 200;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { signal, onProgress, seed } = options;
  const started = performance.now();
  const world = await openWorld(options);
  const findings: string[] = [];
  const counts = { lost: 0, duplicated: 0, wrong: 0, rounds: 0 };
  const faults: Record<string, number> = {};
  let sofar: ComparedSoFar = { lastId: 0, lastDeadSeq: 0, refilled: false, buried: new Map() };
  let keep = true;

  async function playRound(plan: PlannedRound): Promise<void> {
    const began = performance.now();
    onProgress(`round ${plan.round}: ${toWords(plan)}`);
    const refilled = sofar.refilled || plan.faults.some(({ kind }) => kind in losingFaults);
    sofar = { ...sofar, refilled };
    const troubles = await withFaults(world, plan, signal);
    for (const { kind } of plan.faults) faults[kind] = (faults[kind] ?? 0) + 1;
    const restless = await settle(world, { limitMs: settleMs, signal, givenUp: counts.lost });
    const found = await compareStores(world, sofar);
    sofar = { ...sofar, lastId: found.lastId, lastDeadSeq: found.lastDeadSeq };
    const wrong = [
      ...troubles,
      ...(restless === null ? [] : [`not at rest after ${settleMs / 1_000} s: ${restless}`]),
      ...world.takeSurprises(),
      ...found.wrong,
    ];
    counts.lost += found.lost.length;
    counts.duplicated += found.duplicated.length;
    counts.wrong += wrong.length;
    counts.rounds = plan.round;
    const all = [...found.lost, ...found.duplicated, ...wrong];
    for (const what of all) findings.push(`round ${plan.round}: ${what}`);
    const verdict =
      all.length === 0
        ? 'ok'
        : all
            .slice(0, 20)
            .map((what) => `\n    ${what}`)
            .join('');
    onProgress(
      `  ${((performance.now() - began) / 1_000).toFixed(1)} s, ${countAccepted(world).accepted} accepted so far: ${verdict}`,
    );
  }

  try {
    await ensureStreams(world.link);
    await startPrograms(world, signal);
    for (const plan of planRounds(options)) {
      signal.throwIfAborted();
      await playRound(plan);
    }
    const { accepted } = countAccepted(world);
    const [row] = await world.sql('SELECT count(*)::int AS n FROM spark_events');
    const ok = findings.length === 0;
    keep = !ok;
    return {
      ok,
      seed,
      ...counts,
      accepted,
      rows: Number(row?.['n']),
      deadLetters: sofar.buried.size,
      faults,
      sqlStates: countSqlStates(world),
      ms: Math.round(performance.now() - started),
      findings: findings.slice(0, mostFindings),
      folder: keep ? options.folder : null,
    };
  } catch (error) {
    if (signal.aborted) keep = findings.length > 0;
    throw error;
  } finally {
    await world.close(keep);
  }
}

/** From the consumers' own logs. */
function countSqlStates({ consumers }: World): Record<string, number> {
  const found = consumers.flatMap(({ logFile }) => [
    ...readFileSync(logFile, 'utf8').matchAll(/"sqlState":"(\w{5})"/g),
  ]);
  const groups = Map.groupBy(found, ([, state]) => state ?? '');
  return Object.fromEntries([...groups].map(([state, all]) => [state, all.length]));
}

async function startPrograms(world: World, signal: AbortSignal): Promise<void> {
  for (const program of [...world.consumers, world.publisher]) program.start();
  // The durable is made by the first consumer that is ready.
  await retryUntilAborted(() => readDurable(world.link), {
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    isRetryable: () => true,
    baseMs: 50,
    capMs: 200,
  });
}

/** Load, faults at their times, more load, no load. Returns what could not be begun or ended. */
async function withFaults(world: World, plan: PlannedRound, signal: AbortSignal): Promise<string[]> {
  const troubles: string[] = [];
  world.publisher.tell({ perSecond: plan.eventsPerSecond });
  await Promise.all(
    plan.faults.map(async (fault) => {
      await waitMs(fault.fromMs, signal);
      troubles.push(...(await attempt(fault, 'begin', world, signal)));
      await waitMs(fault.forMs, signal);
      troubles.push(...(await attempt(fault, 'end', world, signal)));
    }),
  );
  await waitMs(afterFaultsMs, signal);
  world.publisher.tell({ perSecond: 0 });
  return troubles;
}

/** The other fault of the round may have taken away what this one needs for a moment. */
async function attempt(
  fault: PlannedFault,
  what: 'begin' | 'end',
  world: World,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    await retryUntilAborted(() => fault[what](world), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
      isRetryable: () => true,
      baseMs: 50,
      capMs: 500,
    });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [`${fault.kind} could not ${what}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
