import type { ApiHandlers, Removal, Retention } from '../../../shared/contracts/index.ts';
import { frameLimitsOf, sessionsBefore } from '../retention.ts';
import type { ApiParts } from './types.ts';

const maxTitles = 5;

/** What the data folder holds, and what the retention takes away. */
export function dataRoutes(
  parts: Pick<ApiParts, 'journal' | 'settings' | 'dataDir' | 'clock' | 'expire' | 'push'>,
): Pick<ApiHandlers, 'data.get' | 'data.preview_retention' | 'data.apply_retention'> {
  const { journal, settings, clock } = parts;

  function preview(retention: Retention): Removal {
    const { frames, bytes } = journal.frames.expiring(frameLimitsOf(retention));
    const before = sessionsBefore(retention, clock());
    const old = before === null ? { removable: [], kept: 0 } : journal.removal.oldSessions(before);
    return {
      frames,
      frameBytes: bytes,
      sessions: old.removable.length,
      titles: old.removable.slice(0, maxTitles).map(({ title }) => title),
      keptSessions: old.kept,
    };
  }

  return {
    'data.get': async () => {
      const kept = journal.frames.kept();
      return {
        folder: parts.dataDir,
        ...journal.stats(),
        frames: kept.frames,
        frameBytes: kept.bytes,
        unsentEvents: journal.outbox.depth(),
        retention: settings.conversation().retention,
      };
    },
    'data.preview_retention': async ({ retention }) => preview(retention),
    'data.apply_retention': async () => {
      const removed = preview(settings.conversation().retention);
      parts.expire();
      if (removed.sessions > 0) parts.push({ name: 'app.reopened', payload: {} });
      return removed;
    },
  };
}
