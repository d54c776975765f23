import { makeDelivery } from '../api/delivery.ts';
import type { JournalTables } from '../journal/index.ts';
import type { RealtimeEngine } from '../realtime/types.ts';
import { makeSessionViews } from '../sessionViews.ts';
import { silentLogger } from './testJournal.ts';

/** The way of a message to `engine` in a bridge without Unity, and the sessions that it shows. */
export function makeTestDelivery(
  options: Pick<Parameters<typeof makeDelivery>[0], 'push'> &
    Partial<Pick<Parameters<typeof makeDelivery>[0], 'assetNotes'>> & {
      readonly journal: JournalTables;
      readonly engine: RealtimeEngine;
    },
) {
  const views = makeSessionViews(options);
  const delivery = makeDelivery({
    views,
    project: () => ({ name: null, hash: null, unityVersion: null }),
    model: 'm',
    simulated: false,
    assetNotes: () => Promise.resolve({ text: '', images: [] }),
    logger: silentLogger,
    ...options,
  });
  return { views, delivery };
}
