import { describe, expect, it } from 'vitest';
import type { BuildView } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity } from '../testing/fakeUnity.ts';
import { addSession, sessionId, silentLogger } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { buildRoutes } from './build.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const otherId = '01a20000-0000-7000-8000-000000000002';
const idOf = (nth: number): string => `01a20000-0000-7000-8000-0000000000b${nth}`;
const build = (nth: number, more: Partial<BuildView> = {}): BuildView => ({
  buildId: idOf(nth),
  sessionId,
  callId: null,
  target: 'linux64',
  development: false,
  outputPath: 'Builds/Linux/Game.x86_64',
  state: 'succeeded',
  phase: 'done',
  startedAt: `2026-11-23T09:00:0${nth}.000Z`,
  elapsedMs: 1_000,
  estimateMs: null,
  completedAt: null,
  sizeBytes: null,
  previousSizeBytes: null,
  warnings: 0,
  errors: 0,
  reason: null,
  ...more,
});

function setUp(reveal: ((path: string) => void) | null = null) {
  const unity = makeFakeUnity();
  unity.files.set('Builds/Linux/Game.x86_64', '');
  const dispatcher = { dispatch: () => Promise.reject(new Error('nothing is built')) } as never;
  return buildRoutes({
    journal,
    unity,
    dispatcher,
    program: { reveal },
    project: () => ({ name: 'SparkSample', hash: null, unityVersion: null }),
    signal: new AbortController().signal,
    logger: silentLogger,
  });
}

describe('builds of a project', () => {
  it('are listed newest first, those of other sessions among them, those of other projects not', async () => {
    addSession(journal, otherId);
    journal.builds.insert(build(1), 'SparkSample');
    journal.builds.insert(build(2, { sessionId: otherId }), 'SparkSample');
    journal.builds.insert(build(3), 'OtherGame');
    const { projectName, builds } = await setUp()['build.history']({ sessionId });
    expect([projectName, builds.map(({ buildId }) => buildId)]).toEqual(['SparkSample', [idOf(2), idOf(1)]]);
  });

  it('are shown in the file manager where they lie, or named where there is none', async () => {
    journal.builds.insert(build(1), 'SparkSample');
    const shown: string[] = [];
    const path = '/project/Builds/Linux/Game.x86_64';
    expect(await setUp((at) => shown.push(at))['build.reveal']({ buildId: idOf(1) })).toEqual({ path, revealed: true });
    expect(shown).toEqual([path]);
    expect(await setUp()['build.reveal']({ buildId: idOf(1) })).toEqual({ path, revealed: false });
  });

  it('that are gone, or lie elsewhere, are named and not shown', async () => {
    journal.builds.insert(build(1, { outputPath: 'Builds/Gone' }), 'SparkSample');
    journal.builds.insert(build(2, { outputPath: null }), 'SparkSample');
    const routes = setUp(() => {
      throw new Error('was shown');
    });
    expect(await routes['build.reveal']({ buildId: idOf(1) })).toEqual({ path: 'Builds/Gone', revealed: false });
    await expect(routes['build.reveal']({ buildId: idOf(2) })).rejects.toMatchObject({ code: 'not_found' });
  });
});
