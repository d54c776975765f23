import { join } from 'node:path';
import process from 'node:process';
import { startProcess, type EngineProcess } from '../../engine/process.ts';
import { topologyFile, type Topology } from './build.ts';
import { stormEnvironment } from './environment.ts';

export interface LocalOptions {
  readonly topology: Topology;
  readonly name: string;
  /** For spout and bolts, over this program's own: `NATS_URL` and what else they read. */
  readonly env: Readonly<Record<string, string>>;
  /** Storm's log, appended to; its own standard output when not given. */
  readonly logFile?: string;
}

/** Storm's own local mode ends by itself after so many seconds: never, here. */
const foreverSeconds = 10 * 365 * 24 * 60 * 60;

/**
 * Runs the topology in one JVM on this machine, without a cluster (`storm local`, which Flux's own `--local` says to use):
 * about 200 MB, and 60 for each of spout and bolts. What was under way when it is stopped comes again at the next start.
 */
export function startLocalStorm({ topology, name, env, logFile }: LocalOptions): EngineProcess {
  const { jar, libDir, scriptsDir } = topology;
  const args = [
    '-Xmx384m',
    `-Dstorm.jar=${jar}`,
    `-Dstorm.local.sleeptime=${foreverSeconds}`,
    '-cp',
    [jar, join(libDir, '*')].join(':'),
    'org.apache.storm.LocalCluster',
    'org.apache.storm.flux.Flux',
    '--remote',
    topologyFile,
    '--env-filter',
  ];
  return startProcess({
    name: 'storm',
    command: 'java',
    args,
    cwd: scriptsDir,
    env: stormEnvironment({
      ...env,
      SPARK_STORM_NAME: name,
      SPARK_STORM_NODE: process.execPath,
      SPARK_STORM_SCRIPTS: scriptsDir,
    }),
    ...(logFile === undefined ? {} : { logFile }),
  });
}
