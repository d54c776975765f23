import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { topologyFile, type Topology } from './build.ts';

export interface LocalStorm {
  /** Resolves with the exit code when Storm has ended; null when it was killed. */
  readonly ended: Promise<number | null>;
  /** Ends Storm with its spout and bolts. What was under way comes again at the next start. */
  readonly stop: () => Promise<void>;
}

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
const stopDeadlineMs = 10_000;

/**
 * Runs the topology in one JVM on this machine, without a cluster (`storm local`, which Flux's own `--local` says to use):
 * about 200 MB, and 60 for each of spout and bolts.
 */
export function startLocalStorm({ topology, name, env, logFile }: LocalOptions): LocalStorm {
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
  const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
  const child = spawn('java', args, {
    env: {
      ...readEnvironment(),
      ...env,
      SPARK_STORM_NAME: name,
      SPARK_STORM_NODE: process.execPath,
      SPARK_STORM_SCRIPTS: scriptsDir,
    },
    stdio: ['ignore', output, output],
    // A group of its own: Storm leaves spout and bolts behind when it is killed.
    detached: true,
  });
  if (output !== 'inherit') closeSync(output);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const signalAll = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  return {
    ended,
    async stop() {
      signalAll('SIGTERM');
      const force = setTimeout(() => signalAll('SIGKILL'), stopDeadlineMs);
      await ended.catch(() => null);
      clearTimeout(force);
      signalAll('SIGKILL');
    },
  };
}
