import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { bridgeVariables, openBridge } from '../bridge.ts';
import {
  addSession,
  appendFrame,
  makeTestFolder,
  openTestJournal,
  sessionId,
  silentLogger,
} from '../testing/testJournal.ts';
import type { SparkBridge } from '../types.ts';

const day = 86_400_000;
let folder: ReturnType<typeof makeTestFolder>;
let bridge: SparkBridge;

/** A journal that was last used `daysAgo`, with one frame whose event was sent. */
async function openAged(daysAgo: number, isSent = true): Promise<void> {
  const journal = openTestJournal(folder.dir, () => Date.now() - daysAgo * day);
  addSession(journal);
  const { eventId } = appendFrame(journal, sessionId, Buffer.from('picture'));
  if (isSent) journal.outbox.markAcknowledged([{ eventId, streamSeq: 1 }]);
  journal.close();
  bridge = await openBridge({
    config: loadConfig({ SPARK_DATA_DIR: folder.dir }, [...bridgeVariables]),
    logger: silentLogger,
    lifecycle: makeLifecycle({ logger: silentLogger }),
    hostKind: 'web',
    version: '0.0.0',
  });
}

beforeEach(() => {
  folder = makeTestFolder();
});
afterEach(async () => {
  await bridge.close();
  folder.remove();
});

const retention = { frameDays: 30, frameMegabytes: 2_000, sessionDays: 5 };

describe('the retention', () => {
  it('says what would go and takes nothing, until it is set and applied', async () => {
    await openAged(10);
    const preview = await bridge.api['data.preview_retention']({ retention });
    expect(preview).toMatchObject({ frames: 0, sessions: 1, titles: ['Test'], keptSessions: 0 });
    expect(await bridge.api['data.get']({})).toMatchObject({ sessions: 1, frames: 1, frameBytes: 7, unsentEvents: 0 });
    await bridge.api['settings.update']({ settings: { retention } });
    expect(await bridge.api['data.apply_retention']({})).toMatchObject({ sessions: 1 });
    expect(await bridge.api['data.get']({})).toMatchObject({ sessions: 0, frames: 0, retention });
  });

  it('keeps a session of which something waits to be sent, however old it is', async () => {
    await openAged(400, false);
    expect(await bridge.api['data.preview_retention']({ retention })).toMatchObject({ sessions: 0, keptSessions: 1 });
    await bridge.api['settings.update']({ settings: { retention } });
    await bridge.api['data.apply_retention']({});
    expect(await bridge.api['data.get']({})).toMatchObject({ sessions: 1, unsentEvents: 1 });
  });

  it('keeps sessions for ever unless it is set otherwise', async () => {
    await openAged(4_000);
    expect(await bridge.api['data.get']({})).toMatchObject({ sessions: 1, retention: { sessionDays: null } });
  });
});
