/*
 * What `check` says: one line for each thing that was looked at, with what was found and what to do. A server that does
 * not answer is not asked again: its other lines fail with that, so the whole is bounded in time.
 */
export type LineState = 'ok' | 'warning' | 'failed';

export interface Finding {
  readonly state: LineState;
  readonly found: string;
  /** What to do; absent when all is well. */
  readonly advice?: string;
}

export interface CheckLine extends Finding {
  readonly name: string;
}

export interface Probe {
  readonly name: string;
  /** May reject: the line fails with the error's message. */
  readonly run: () => Promise<Finding>;
}

export const ok = (found: string): Finding => ({ state: 'ok', found });
export const warning = (found: string, advice: string): Finding => ({ state: 'warning', found, advice });
export const failed = (found: string, advice: string): Finding => ({ state: 'failed', found, advice });

/** The worst of them, all of what was found, and all there is to do. */
export function worstOf(findings: readonly [Finding, ...Finding[]]): Finding {
  const state =
    (['failed', 'warning', 'ok'] as const).find((each) => findings.some((one) => one.state === each)) ?? 'ok';
  const advice = [...new Set(findings.flatMap((one) => one.advice ?? []))].join(' ');
  return { state, found: findings.map(({ found }) => found).join('; '), ...(advice === '' ? {} : { advice }) };
}

export interface ServerProbes {
  /** Tells whether the server answers at all. */
  readonly connection: Probe;
  readonly others: readonly Probe[];
  /** What to do when it does not. */
  readonly advice: string;
}

/** Runs the probes of one server one after the other. Never rejects. */
export async function probeServer(probes: ServerProbes, limitMs: number): Promise<CheckLine[]> {
  const { connection, others, advice } = probes;
  const lines: CheckLine[] = [];
  let silent: string | undefined;
  for (const probe of [connection, ...others]) {
    if (silent !== undefined) {
      lines.push({ name: probe.name, ...failed(`not tested: ${silent}`, `See ${connection.name}.`) });
      continue;
    }
    const outcome = await outcomeOf(probe, limitMs);
    if (outcome.kind === 'told') {
      lines.push({ name: probe.name, ...outcome.finding });
    } else {
      lines.push({ name: probe.name, ...failed(outcome.reason, advice) });
      if (probe === connection || outcome.kind === 'silent') silent = `${connection.name} does not answer`;
    }
  }
  return lines;
}

type Outcome =
  | { readonly kind: 'told'; readonly finding: Finding }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent'; readonly reason: string };

async function outcomeOf(probe: Probe, limitMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'silent', reason: `no answer within ${limitMs / 1_000} s` });
    }, limitMs);
  });
  const work = probe.run().then(
    (finding): Outcome => ({ kind: 'told', finding }),
    (error: unknown): Outcome => ({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) }),
  );
  const outcome = await Promise.race([work, late]);
  clearTimeout(timer);
  return outcome;
}
