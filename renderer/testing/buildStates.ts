import type { BuildView } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleBuild, sampleSnapshot } from './samples.ts';

/** Builds of some weeks, newest first; the last two are worse than those before them. */
const past = (count: number): BuildView[] =>
  Array.from({ length: count }, (_, nth) => {
    const startedAt = new Date(Date.UTC(2026, 9, 1, 9) + nth * 86_400_000).toISOString();
    const isLast = nth >= count - 2;
    return sampleBuild(nth, {
      state: nth % 7 === 5 ? 'failed' : 'succeeded',
      phase: 'done',
      startedAt,
      completedAt: startedAt,
      callId: `b${nth}`,
      elapsedMs: 190_000 + ((nth * 37) % 11) * 4_000 + (isLast ? 160_000 : 0),
      sizeBytes: nth % 7 === 5 ? null : 46_000_000 + nth * 180_000 + (isLast ? 6_000_000 : 0),
      previousSizeBytes: nth === 0 ? null : 46_000_000 + (nth - 1) * 180_000,
      warnings: nth % 3,
      errors: nth % 7 === 5 ? 2 : 0,
      reason: nth % 7 === 5 ? 'Error building Player because scripts had compiler errors' : null,
    });
  }).toReversed();

const running = sampleBuild(90, { startedAt: new Date(Date.UTC(2026, 10, 23, 9)).toISOString() });
const shown = (more: Partial<GalleryState>): GalleryState => ({
  snapshot: sampleSnapshot(),
  window: { panelTab: 'build' },
  ...more,
});

export const buildStates: Readonly<Record<string, GalleryState>> = {
  builds: shown({ builds: past(14) }),
  buildsEmpty: shown({}),
  buildsFirst: shown({ snapshot: sampleSnapshot({ builds: [{ ...running, estimateMs: null }] }) }),
  buildsRunning: shown({ snapshot: sampleSnapshot({ builds: [running] }), builds: past(4) }),
  buildsOverdue: shown({ snapshot: sampleSnapshot({ builds: [{ ...running, elapsedMs: 260_000 }] }), builds: past(4) }),
  buildsMany: shown({ builds: past(200) }),
};
