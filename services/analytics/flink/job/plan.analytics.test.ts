import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseVariables } from '../../../../database/index.ts';
import { loadConfig } from '../../../../shared/node/config/index.ts';
import { repositoryDir } from '../../../sandbox/stack/paths.ts';
import { engineEnvironment } from '../../engine/process.ts';
import { makeConfiguration } from '../engine/configuration.ts';
import { installFlink } from '../engine/install.ts';
import { runToEnd } from '../engine/tool.ts';
import { makeJobScript } from './script.ts';

/** What Flink's planner makes of the job, statement by statement; nothing is started and no database asked. */
async function explain(home: string, dir: string): Promise<string> {
  const script = makeJobScript({
    database: loadConfig({ SLATE_DB_HOST: 'primary' }, databaseVariables),
    slot: 'spark_flink',
    since: new Date('2026-11-23T18:00:00Z'),
    stateUri: 'file:///nowhere',
    latenessSeconds: 60,
    checkpointSeconds: 10,
    parallelism: 2,
    restoreFrom: undefined,
  });
  const alone = script.replace(/^EXECUTE STATEMENT SET BEGIN$/m, '').replace(/^END;$/m, '');
  const file = join(dir, 'explain.sql');
  await writeFile(file, alone.replaceAll(/^INSERT INTO/gm, 'EXPLAIN CHANGELOG_MODE INSERT INTO'));
  await cp(join(home, 'conf'), join(dir, 'conf'), { recursive: true });
  const settings = { restPort: 1, rpcPort: 1, tempDir: dir, parallelism: 2, metricsPort: undefined };
  await writeFile(join(dir, 'conf', 'config.yaml'), makeConfiguration(settings));
  return runToEnd({
    name: 'sql-client.sh',
    command: join(home, 'bin', 'sql-client.sh'),
    args: ['embedded', '-hist', join(dir, 'history'), '-f', file],
    cwd: dir,
    env: engineEnvironment({ FLINK_HOME: home, FLINK_CONF_DIR: join(dir, 'conf'), FLINK_LOG_DIR: dir }),
    signal: AbortSignal.timeout(240_000),
  });
}

test('nothing that is written is ever taken back: the role of the job may not delete', async (context) => {
  const cacheDir = join(repositoryDir, '.spark', 'cache');
  const install = await installFlink({ cacheDir, signal: new AbortController().signal });
  if ('missing' in install) {
    Object.assign(context.task.meta, { skipReason: install.missing });
    return context.skip(install.missing);
  }
  const dir = await mkdtemp(join(tmpdir(), 'spark-flink-plan-'));
  try {
    const said = await explain(install.home, dir);
    const sinks = [...said.matchAll(/^Sink\(.*changelogMode=\[NONE\]\)\n\+- .*changelogMode=\[([A-Z,]+)\]\)$/gm)];
    expect(
      sinks.map(([, changes]) => changes),
      said.slice(-2_000),
    ).toEqual(Array(8).fill('I'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}, 900_000);
