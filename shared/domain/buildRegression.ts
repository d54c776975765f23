/**
 * When a build counts as worse than those before it: the one place of the rule.
 *
 * Size: more than 5 % and more than 1 MB above the last successful build of the same target and kind. Below that are
 * compression and the order of assets, which differ from build to build of the same project.
 * Time: more than 1.5 times the median of the last 10 of the same target and kind, of which there must be 3, and more
 * than 30 s above it. A warm cache or a busy machine changes a build by tens of percent; a median does not follow one
 * slow day. Development and release builds differ by design and are never compared. Pure.
 */
export interface JudgedBuild {
  readonly buildId: string;
  readonly target: string;
  readonly development: boolean;
  readonly state: string;
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly sizeBytes: number | null;
}

export interface Regression {
  /** Bytes of the build that it is compared with. */
  readonly size?: { readonly before: number; readonly now: number };
  /** Milliseconds: the median before, and this one. */
  readonly time?: { readonly usual: number; readonly now: number };
}

const sizeFactor = 1.05;
const sizeStepBytes = 1_000_000;
const timeFactor = 1.5;
const timeStepMs = 30_000;
const timeSamples = 10;
const fewestSamples = 3;

/** By build id; a build that is not worse is not in it. The order in which they are given does not matter. */
export function regressionsOf(builds: readonly JudgedBuild[]): ReadonlyMap<string, Regression> {
  const found = new Map<string, Regression>();
  const earlier = new Map<string, JudgedBuild[]>();
  for (const build of builds.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    if (build.state !== 'succeeded') continue;
    const kind = JSON.stringify([build.target, build.development]);
    const before = earlier.get(kind) ?? [];
    const size = sizeRegression(build, before);
    const time = timeRegression(build, before);
    if (size !== null || time !== null) {
      found.set(build.buildId, { ...(size === null ? {} : { size }), ...(time === null ? {} : { time }) });
    }
    earlier.set(kind, [...before, build]);
  }
  return found;
}

function sizeRegression(
  { sizeBytes }: JudgedBuild,
  before: readonly JudgedBuild[],
): NonNullable<Regression['size']> | null {
  const last = before.findLast((build) => build.sizeBytes !== null)?.sizeBytes ?? null;
  if (sizeBytes === null || last === null) return null;
  return sizeBytes > last * sizeFactor && sizeBytes - last > sizeStepBytes ? { before: last, now: sizeBytes } : null;
}

function timeRegression(
  { elapsedMs }: JudgedBuild,
  before: readonly JudgedBuild[],
): NonNullable<Regression['time']> | null {
  const times = before.slice(-timeSamples).map((build) => build.elapsedMs);
  const usual = medianOf(times);
  if (usual === null || times.length < fewestSamples) return null;
  return elapsedMs > usual * timeFactor && elapsedMs - usual > timeStepMs ? { usual, now: elapsedMs } : null;
}

/** Null of nothing. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
