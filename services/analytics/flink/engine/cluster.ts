import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import { freePort } from '../../engine/port.ts';
import { engineEnvironment, startProcess, type EngineProcess } from '../../engine/process.ts';
import { makeConfiguration } from './configuration.ts';
import { makeRest, type FlinkRest } from './rest.ts';
import { runToEnd } from './tool.ts';

/** A session cluster of one job manager and one task manager on this machine, on free loopback ports. */
export interface FlinkCluster {
  readonly rest: FlinkRest;
  readonly jobManager: EngineProcess;
  readonly taskManager: () => EngineProcess;
  /** A new task manager, for one that ended; resolves when the job manager has it. */
  readonly startTaskManager: (signal: AbortSignal) => Promise<void>;
  /**
   * Runs SQL by Flink's SQL client and returns the id of the job that it started. It repeats what it is given when it
   * fails: of that, none of the secrets is passed on.
   */
  readonly submit: (script: string, secrets: readonly string[], signal: AbortSignal) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const startTimeoutMs = 120_000;

/** Rejects with the end of the log when a process ends while it starts; then nothing is left running. */
export async function startCluster(options: {
  readonly home: string;
  /** Configuration, logs and temporary files; made, and emptied first. */
  readonly runDir: string;
  /** Of the job; so many slots there are. */
  readonly parallelism: number;
  readonly metricsPort: number | undefined;
  readonly signal: AbortSignal;
}): Promise<FlinkCluster> {
  const { home, runDir, parallelism, metricsPort, signal } = options;
  const confDir = join(runDir, 'conf');
  const tempDir = join(runDir, 'tmp');
  await rm(runDir, { recursive: true, force: true });
  for (const dir of [confDir, tempDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  const [restPort, rpcPort] = [await freePort(), await freePort()];
  await writeFile(
    join(confDir, 'config.yaml'),
    makeConfiguration({ restPort, rpcPort, tempDir, parallelism, metricsPort }),
  );
  for (const name of ['log4j-console.properties', 'log4j-cli.properties', 'logback-console.xml'])
    await copyFile(join(home, 'conf', name), join(confDir, name));

  const env = engineEnvironment({
    FLINK_HOME: home,
    FLINK_CONF_DIR: confDir,
    FLINK_LOG_DIR: runDir,
    FLINK_PID_DIR: runDir,
    // Of the SQL client alone; the two servers take theirs from the configuration.
    JVM_ARGS: '-Xmx256m',
  });
  const start = (script: string, name: string): EngineProcess =>
    startProcess({
      name,
      command: join(home, 'bin', script),
      args: ['start-foreground'],
      cwd: runDir,
      env,
      logFile: join(runDir, `${name}.out`),
    });

  const rest = makeRest(`http://127.0.0.1:${restPort}`);
  const jobManager = start('jobmanager.sh', 'jobmanager');
  let taskManager: EngineProcess | undefined;
  const stop = async (): Promise<void> => {
    await taskManager?.stop();
    await jobManager.stop();
  };

  /** Until there are so many task managers; the processes that must live meanwhile are watched. */
  async function waitFor(count: number, watched: EngineProcess, waiting: AbortSignal): Promise<void> {
    const deadline = AbortSignal.any([waiting, AbortSignal.timeout(startTimeoutMs)]);
    for (;;) {
      const found = await rest.taskManagers().catch(() => undefined);
      if (found !== undefined && found >= count) return;
      if (watched.pid() === undefined || deadline.aborted) {
        waiting.throwIfAborted();
        throw new AppError(
          'flink_failed',
          `Flink's ${watched.name} did not start. Its log ends with:\n${watched.logTail()}`,
        );
      }
      await waitMs(250);
    }
  }
  async function startTaskManager(waiting: AbortSignal): Promise<void> {
    taskManager = start('taskmanager.sh', 'taskmanager');
    await waitFor(1, taskManager, waiting);
  }
  try {
    await waitFor(0, jobManager, signal);
    await startTaskManager(signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    rest,
    jobManager,
    taskManager: () => taskManager ?? jobManager,
    startTaskManager,
    stop,
    async submit(script, secrets, submitting) {
      const file = join(runDir, 'job.sql');
      await writeFile(file, script, { mode: 0o600 });
      try {
        const args = ['embedded', '-f', file];
        const command = join(home, 'bin', 'sql-client.sh');
        const client = { name: 'sql-client.sh', command, args, cwd: runDir, env, signal: submitting };
        const said = await runToEnd(client).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          // Without the error as its cause: that has the text as it was.
          throw new AppError(error.code, withoutSecrets(error.message, secrets));
        });
        const jobId = /^Job ID: ([0-9a-f]{32})$/m.exec(said)?.[1];
        if (jobId !== undefined) return jobId;
        const complaint = withoutSecrets(complaintOf(said), secrets);
        throw new AppError('flink_failed', `Flink's SQL client started no job:\n${complaint}`);
      } finally {
        // It holds a password.
        await rm(file, { force: true });
      }
    },
  };
}

/** Of all that the SQL client says (every statement, then every word that the parser would have taken) the first error. */
const complaintOf = (said: string): string =>
  said
    .slice(Math.max(0, said.indexOf('[ERROR]')))
    .split('\n')
    .slice(0, 12)
    .join('\n');

/** Also as they stand in an SQL text, where a quote is doubled. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret !== '').flatMap((secret) => [secret.replaceAll("'", "''"), secret]);
  return forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
