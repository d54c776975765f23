import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealtimeSimulator, type LogEntry } from '../../../sandbox/realtime/index.ts';
import { makeUnityEditorSim, startSimulatorServer } from '../../../sandbox/unity/index.ts';
import { startBridgeProcess, type BridgeProcess } from './child.ts';
import { makeScript, sharedPath, sharedScript, type PlannedCall } from './script.ts';

/** The stand-ins of Unity and of the model, which stay, and a data folder on which bridges live and are killed. */
export interface ConversationWorld {
  readonly journalFile: string;
  readonly planned: ReadonlyMap<string, PlannedCall>;
  /** What the model's clients have sent, oldest first. */
  readonly modelLog: readonly LogEntry[];
  /** How often Unity was told to make this file. */
  readonly timesCreated: (path: string) => number;
  readonly read: (path: string) => string | null;
  readonly startBridge: () => Promise<BridgeProcess>;
  readonly close: () => Promise<void>;
}

export async function openConversationWorld(): Promise<ConversationWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'spark-conversation-'));
  const editor = await makeUnityEditorSim({ projectDir: join(folder, 'SparkSample'), compileMs: 40, reloadMs: 40 });
  const created: string[] = [];
  const watched = {
    ...editor,
    execute(command: Parameters<typeof editor.execute>[0]) {
      const { action, path, name } = command.params;
      if (command.name === 'manage_script' && action === 'create') created.push(`${String(path)}/${String(name)}.cs`);
      return editor.execute(command);
    },
  };
  const unity = await startSimulatorServer({ editors: [watched] });
  const script = makeScript();
  const model = await startRealtimeSimulator({ deltaMs: 4, planner: script.planner });
  const fileOf = (path: string): string => join(editor.projectDir, path);
  writeFileSync(fileOf(sharedPath), sharedScript);
  const dataDir = join(folder, 'data');

  return {
    journalFile: join(dataDir, 'journal.sqlite'),
    planned: script.planned,
    modelLog: model.log,
    timesCreated: (path) => created.filter((one) => one === path).length,
    read(path) {
      try {
        return readFileSync(fileOf(path), 'utf8');
      } catch {
        return null;
      }
    },
    startBridge: () =>
      startBridgeProcess({
        SPARK_DATA_DIR: dataDir,
        UNITY_MCP_URL: unity.url,
        SPARK_REALTIME_URL: model.url,
        OPENAI_REALTIME_API_KEY: model.key,
        SPARK_SIMULATED: 'unity,model',
      }),
    async close() {
      await model.close();
      await unity.close();
      await editor.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
