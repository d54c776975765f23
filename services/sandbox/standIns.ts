import { join } from 'node:path';
import { startCodeModelSimulator } from './codeModel/index.ts';
import { startRealtimeSimulator } from './realtime/index.ts';
import { startUnitySimulator } from './unity/index.ts';

/** Stand-ins that run inside the program that shows the window. */
export interface StandIns {
  /** Where they are, that they are stand-ins, and that nothing of theirs goes to a server. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/**
 * The sandbox of an installed app: a simulated Unity Editor with a project in `folder`, and stand-ins of both models, on
 * free ports of this machine. Servers are left out: what is tried here is kept in a journal of its own.
 */
export async function startStandIns(folder: string): Promise<StandIns> {
  const opened: { readonly close: () => Promise<unknown> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
  };
  const keep = <T extends { readonly close: () => Promise<unknown> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    const unity = keep(await startUnitySimulator({ projectDir: join(folder, 'SparkSandbox') }));
    const realtime = keep(await startRealtimeSimulator());
    const code = keep(await startCodeModelSimulator());
    return {
      env: {
        UNITY_MCP_URL: unity.url,
        UNITY_MCP_TOKEN: '',
        SPARK_REALTIME_URL: realtime.url,
        OPENAI_REALTIME_API_KEY: realtime.key,
        SPARK_CODE_MODEL_URL: code.url,
        ANTHROPIC_API_KEY: code.key,
        SPARK_SIMULATED: 'unity,model',
        SPARK_REALTIME_ORGANIZATION: '',
        SPARK_REALTIME_PROJECT: '',
        SLATE_DB_HOST: '',
        SLATE_DB_REPLICA_HOST: '',
        NATS_URL: '',
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
