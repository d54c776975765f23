import type { BuildView } from '../../../shared/contracts/api/index.ts';

/** The project's builds with what the opened session knows newer of its own, newest first. Pure. */
export function mergeBuilds(history: readonly BuildView[], own: Iterable<BuildView>): BuildView[] {
  const all = new Map(history.map((build) => [build.buildId, build]));
  for (const build of own) all.set(build.buildId, build);
  return [...all.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

export const isRunning = ({ state }: BuildView): boolean => state === 'starting' || state === 'building';

/** The bridge could not find out how it ended. */
export const isLost = (build: BuildView): boolean => build.state === 'failed' && build.phase === 'lost';

/** Those that the charts show: successful ones of one target and kind, oldest first. */
export const comparable = (
  builds: readonly BuildView[],
  { target, development }: Pick<BuildView, 'target' | 'development'>,
): BuildView[] =>
  builds
    .filter((build) => build.state === 'succeeded' && build.target === target && build.development === development)
    .toReversed();
