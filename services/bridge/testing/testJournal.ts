import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { openJournal, type Journal } from '../journal/index.ts';

export const silentLogger = makeLogger({ name: 'test', level: 'silent' });
export const testSource = { app: 'spark-test', version: '0.0.0', host: 'test' };

export function makeTestFolder(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'spark-bridge-'));
  return {
    dir,
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const openTestJournal = (dataDir: string, clock: () => number = Date.now): Journal =>
  openJournal({ dataDir, source: testSource, clock, logger: silentLogger });

/** A session to hang messages and calls on. */
export const sessionId = '01a20000-0000-7000-8000-000000000001';

export function addSession(journal: Journal, id: string = sessionId): void {
  journal.sessions.insert({
    sessionId: id,
    title: 'Test',
    titleIsDefault: true,
    projectName: 'SparkSample',
    simulated: false,
  });
}
