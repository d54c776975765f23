/** Stand-ins that run, with the variables that lead to them. */
export interface StandIns {
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Which of them: each can be a process of its own. */
export const standInNames = ['unity', 'model'] as const;
export type StandInName = (typeof standInNames)[number];

/** That they are stand-ins, and that nothing of theirs goes to a server. */
const commonEnvironment = {
  UNITY_MCP_TOKEN: '',
  SPARK_SIMULATED: 'unity,model',
  SPARK_REALTIME_ORGANIZATION: '',
  SPARK_REALTIME_PROJECT: '',
  SLATE_ANALYTICS_URL: '',
  SLATE_DB_HOST: '',
  SLATE_DB_REPLICA_HOST: '',
  NATS_URL: '',
  REDIS_HOST: '',
} as const;

/**
 * The sandbox of a program that shows the window: every stand-in, on free ports of this machine. Servers are left out:
 * what is tried here is kept in a journal of its own. `start` starts one of them, in this process or another.
 */
export async function startAllStandIns(
  folder: string,
  start: (name: StandInName, folder: string) => Promise<StandIns>,
): Promise<StandIns> {
  const outcomes = await Promise.allSettled(standInNames.map((name) => start(name, folder)));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(started.map((one) => one.close()));
  };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { env: Object.assign({}, ...started.map(({ env }) => env), commonEnvironment) as StandIns['env'], close };
}
