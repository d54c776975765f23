import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../../../shared/errors/index.ts';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { writeScripts } from './scripts.ts';

/** What runs the topology, or why it cannot be made here, for a person. */
export type TopologyBuild = Topology | { readonly missing: string };

export interface Topology {
  /** What is submitted to a cluster. */
  readonly jar: string;
  /** Storm's own jars, for a run on this machine alone. */
  readonly libDir: string;
  readonly scriptsDir: string;
}

const topologyDir = import.meta.dirname;

/** The topology in Flux's YAML. */
export const topologyFile = join(topologyDir, 'spark-alerts.yaml');

/**
 * Makes the topology in `outDir`: some seconds, and a minute more when Maven has none of Storm's jars (136 MB) yet. Rejects
 * with `stack_failed` when they cannot be had: Maven is there, so that is a failure.
 */
export async function buildTopology(outDir: string, signal: AbortSignal): Promise<TopologyBuild> {
  const missing = await missingTool(signal);
  if (missing !== null) return { missing };
  const { scriptsDir } = partsOf(outDir);
  await mkdir(scriptsDir, { recursive: true });
  await writeScripts(scriptsDir);
  const settings = [`-Dspark.scripts=${scriptsDir}`, `-Dspark.output=${outDir}`];
  await run('mvn', ['--batch-mode', '--quiet', 'package', ...settings], signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AppError('stack_failed', `Maven could not make the topology:\n${saidBy(error)}`);
  });
  return partsOf(outDir);
}

const partsOf = (dir: string): Topology => ({
  jar: join(dir, 'spark-alerts.jar'),
  libDir: join(dir, 'lib'),
  scriptsDir: join(dir, 'scripts'),
});

/** What `buildTopology` made in that folder. Throws `stack_failed` when it is not there. */
export function findTopology(dir: string): Topology {
  const parts = partsOf(dir);
  const absent = Object.values(parts).filter((path) => !existsSync(path));
  if (absent.length > 0)
    throw new AppError(
      'stack_failed',
      `There is no ${absent.join(', ')}. Make it with "analytics:storm build ${dir}".`,
    );
  return parts;
}

/** The first tool that is not there, with how to get it; null when all are. */
export async function missingTool(signal: AbortSignal): Promise<string | null> {
  const tools = [
    ['java', '-version', "there is no java of 17 or newer (Debian's package openjdk-17-jre-headless)"],
    ['mvn', '--version', "there is no Maven (Debian's package maven)"],
  ] as const;
  for (const [command, argument, missing] of tools) {
    const isThere = await run(command, [argument], signal).then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    if (!isThere) return missing;
  }
  return null;
}

const timeoutMs = 10 * 60_000;
const execute = promisify(execFile);
const run = (command: string, args: readonly string[], signal: AbortSignal): Promise<unknown> =>
  execute(command, args, { cwd: topologyDir, env: readEnvironment(), signal, timeout: timeoutMs });

/** The last lines of what a program wrote before it failed. */
const saidBy = (error: unknown): string =>
  error instanceof Error && 'stdout' in error
    ? String(error.stdout).trim().split('\n').slice(-8).join('\n')
    : String(error);
