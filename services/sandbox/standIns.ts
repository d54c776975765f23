import { join } from 'node:path';
import { startCodeModelSimulator } from './codeModel/index.ts';
import { startRealtimeSimulator } from './realtime/index.ts';
import { startAllStandIns, type StandInName, type StandIns } from './standInSet.ts';
import { startUnitySimulator } from './unity/index.ts';

/** Starts one stand-in on a free port of this machine: a Unity Editor with a project below `folder`, or both models. */
export async function startStandIn(name: StandInName, folder: string): Promise<StandIns> {
  if (name === 'unity') {
    const unity = await startUnitySimulator({ projectDir: join(folder, 'SparkSandbox') });
    return { env: { UNITY_MCP_URL: unity.url }, close: unity.close };
  }
  const realtime = await startRealtimeSimulator();
  try {
    const code = await startCodeModelSimulator();
    return {
      env: {
        SPARK_REALTIME_URL: realtime.url,
        OPENAI_REALTIME_API_KEY: realtime.key,
        SPARK_CODE_MODEL_URL: code.url,
        ANTHROPIC_API_KEY: code.key,
      },
      close: async () => void (await Promise.all([realtime.close(), code.close()])),
    };
  } catch (error) {
    await realtime.close();
    throw error;
  }
}

/** All of them, in this process. */
export const startStandIns = (folder: string): Promise<StandIns> => startAllStandIns(folder, startStandIn);
