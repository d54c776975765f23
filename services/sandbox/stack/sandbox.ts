import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { programEnvironment } from './environment.ts';
import { migrateStack } from './migrate.ts';
import { consumerRun, entries } from './paths.ts';
import { spawnProgram, type RunningProgram } from './program.ts';
import { startStack, type Stack } from './stack.ts';

export interface SandboxParts {
  readonly unity: boolean;
  /** The Realtime model, and the code model where none is configured. */
  readonly model: boolean;
  readonly consumer: boolean;
}

export interface SandboxOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly onProgress?: (message: string) => void;
  /** Which programs to start; a stand-in is not started for what the environment configures, unless said here. */
  readonly parts?: Partial<SandboxParts>;
  readonly stateDir?: string;
  readonly temporary?: boolean;
}

/** Everything that a fresh machine lacks: the servers, the consumer, and stand-ins for the Unity Editor and the model. */
export interface Sandbox {
  /** For the app: the stack's variables and the stand-ins' addresses, and `SPARK_SIMULATED`. */
  readonly env: Readonly<Record<string, string>>;
  readonly stack: Stack;
  readonly processes: {
    readonly unity?: RunningProgram;
    readonly realtime?: RunningProgram;
    readonly codeModel?: RunningProgram;
    readonly consumer?: RunningProgram;
  };
  /** Project folder of the Unity simulator; undefined when a real editor is configured. */
  readonly unityProjectDir: string | undefined;
  /** Ends every process; safe to call twice. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 30_000;
const unityReady = z.looseObject({ url: z.url(), projectDir: z.string() });
/** Of both stand-ins of models. */
const modelReady = z.looseObject({ url: z.url(), key: z.string().min(1) });

/**
 * Starts the stack, brings its schema up to date, then starts the programs side by side. Throws `stack_failed`, or the
 * signal's reason; then nothing is left running.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { signal, logger, onProgress = () => undefined } = options;
  const configured = loadConfig(readEnvironment(), [
    'UNITY_MCP_URL',
    'OPENAI_REALTIME_API_KEY',
    'ANTHROPIC_API_KEY',
    'SPARK_DATA_DIR',
  ]);
  const wanted: SandboxParts = {
    unity: options.parts?.unity ?? configured.UNITY_MCP_URL === undefined,
    model: options.parts?.model ?? configured.OPENAI_REALTIME_API_KEY === undefined,
    consumer: options.parts?.consumer ?? true,
  };
  const stack = await startStack({
    signal,
    logger,
    onProgress,
    ...(options.stateDir === undefined ? {} : { stateDir: options.stateDir }),
    ...(options.temporary === undefined ? {} : { temporary: options.temporary }),
  });
  const running: RunningProgram[] = [];
  // The first program that fails calls off the others: nobody waits for what is stopped anyway.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((program) => program.stop()));
    await stack.stop();
  };
  const start = async (
    name: string,
    args: readonly string[],
    more: Partial<Parameters<typeof spawnProgram>[0]> = {},
  ) => {
    const program = await spawnProgram(
      {
        name,
        args,
        readyTimeoutMs,
        children: stack.children,
        logDir: stack.logDir,
        env: programEnvironment({ ...stack.env }),
        ...more,
      },
      either,
    ).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
    running.push(program);
    return program;
  };

  try {
    onProgress('bringing the schema up to date');
    await migrateStack(stack, signal);
    onProgress('starting the programs');
    const unityDir = join(stack.stateDir, 'unity', 'SparkSandbox');
    const consumerEnv = { SLATE_DB_USER: stack.consumer.user, SLATE_DB_PASSWORD: stack.consumer.password };
    const sameKey: Parameters<typeof start>[2] = {
      restartArgs: (ready) => [...samePort(ready), '--key', modelReady.parse(ready).key],
    };
    const [unity, realtime, codeModel, consumer] = await allStarted([
      wanted.unity ? start('unity-simulator', [entries.unity, '--project', unityDir], { restartArgs: samePort }) : none,
      wanted.model ? start('realtime-simulator', [entries.realtime], sameKey) : none,
      (options.parts?.model ?? (wanted.model && configured.ANTHROPIC_API_KEY === undefined))
        ? start('code-model-simulator', [entries.codeModel], sameKey)
        : none,
      wanted.consumer
        ? start('consumer', consumerRun, { env: programEnvironment({ ...stack.env, ...consumerEnv }) })
        : none,
    ]);
    const unityFacts = unity === undefined ? undefined : factsOf(unity, unityReady);
    const modelFacts = realtime === undefined ? undefined : factsOf(realtime, modelReady);
    const codeFacts = codeModel === undefined ? undefined : factsOf(codeModel, modelReady);
    return {
      env: {
        ...stack.env,
        // The journal lies beside the data it belongs to, not among a person's real work.
        SPARK_DATA_DIR: configured.SPARK_DATA_DIR ?? join(stack.stateDir, 'app'),
        ...(unityFacts === undefined ? {} : { UNITY_MCP_URL: unityFacts.url }),
        ...(modelFacts === undefined
          ? {}
          : { SPARK_REALTIME_URL: modelFacts.url, OPENAI_REALTIME_API_KEY: modelFacts.key }),
        ...(codeFacts === undefined ? {} : { SPARK_CODE_MODEL_URL: codeFacts.url, ANTHROPIC_API_KEY: codeFacts.key }),
        SPARK_SIMULATED: [
          ...(unity === undefined ? [] : ['unity']),
          ...(realtime === undefined ? [] : ['model']),
        ].join(),
      },
      stack,
      processes: {
        ...(unity === undefined ? {} : { unity }),
        ...(realtime === undefined ? {} : { realtime }),
        ...(codeModel === undefined ? {} : { codeModel }),
        ...(consumer === undefined ? {} : { consumer }),
      },
      unityProjectDir: unityFacts?.projectDir,
      stop,
    };
  } catch (error) {
    await stop();
    throw failed.signal.aborted ? failed.signal.reason : error;
  }
}

const none = Promise.resolve(undefined);

/** Waits for all, also when one fails: what started meanwhile must be known to be stopped. */
async function allStarted<T extends readonly Promise<RunningProgram | undefined>[]>(
  starts: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  // Settled above: this throws the first failure or collects the results in order.
  return await Promise.all(starts);
}

const samePort = (ready: Readonly<Record<string, unknown>>): string[] => ['--port', new URL(String(ready.url)).port];

function factsOf<T>(program: RunningProgram, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(program.ready);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'stack_failed',
    `${program.name} said it is ready, but not what it must: ${parsed.error.message}`,
    {
      data: { program: program.name },
    },
  );
}
