import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { makeActivity, type Activity } from '../../activity.ts';
import { makeAssetDatabase } from './assets.ts';
import { makeBuildPipeline } from './builds.ts';
import { makeCameraCommands } from './cameras.ts';
import { makeCommandQueue, type CommandContext } from './commandQueue.ts';
import { makeCompiler } from './compiler.ts';
import { makeConnection, type EditorConnection } from './connection.ts';
import { makeComponentTypes } from './components.ts';
import { makeConsole, type EditorConsole } from './console.ts';
import { loadCSharpParser } from './csharp.ts';
import { describeEditorState } from './editorState.ts';
import { makeFaultSwitches, type Fault, type FaultSwitches } from './faults.ts';
import { makeGameObjectCommands } from './gameObjects.ts';
import { makePrefabCommands } from './prefabs.ts';
import { ensureProject, samplePaths, sampleUnityVersion } from './project.ts';
import { fail, isRecord, succeed, textOf, type Body, type PluginCommand, type PluginReply } from './reply.ts';
import { makeSceneCommands } from './scenes.ts';
import { makeSceneState } from './sceneState.ts';
import { makeScriptCommands } from './scripts.ts';
import { makeTestRuns } from './testRuns.ts';

/**
 * A stand-in for the Unity Editor with the MCP plugin: it answers plugin commands on a real project folder. It knows
 * nothing of MCP; a front (our own MCP server, or a client of the real server's plugin socket) speaks for it.
 */
export interface UnityEditorSim {
  readonly projectDir: string;
  readonly projectName: string;
  /** First 16 hex digits of the SHA-1 of the absolute path of Assets, as the plugin registers. */
  readonly projectHash: string;
  readonly unityVersion: string;
  readonly connection: EditorConnection;
  readonly console: EditorConsole;
  readonly faults: FaultSwitches;
  /** When it compiled, reloaded or answered; its front adds the requests. */
  readonly activity: Activity;
  /** Carries out a plugin command; one at a time. Rejects with EditorDisconnected when the socket drops. */
  readonly execute: (command: PluginCommand) => Promise<PluginReply>;
  /** Blocks the main thread (a modal dialog): nothing is answered until `thaw`. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Closes the editor (the socket goes) and opens it again. */
  readonly closeEditor: () => void;
  readonly openEditor: () => void;
  /** Ends the editor's process, a running build with it: its socket, its console and all it knew are gone. */
  readonly killEditor: () => void;
  /** Enters play mode: a domain reload, then the game runs until `stopPlaying`. */
  readonly play: () => Promise<void>;
  readonly stopPlaying: () => void;
  /** A domain reload now. */
  readonly reload: () => Promise<void>;
  /** Resolves when no compile or reload runs. */
  readonly whenIdle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface EditorOptions {
  readonly projectDir: string;
  /** Defaults to the folder's name. */
  readonly projectName?: string;
  readonly compileMs?: number;
  readonly reloadMs?: number;
  readonly buildMs?: number;
  /** Each test of a run. */
  readonly testMs?: number;
  /** True: a build blocks the main thread, as BuildPipeline does; status calls answer only when it is over. */
  readonly buildBlocks?: boolean;
  /** True: Roslyn is installed (USE_ROSLYN), which reformats a script that is edited, unless the edit asks it not to. */
  readonly roslyn?: boolean;
  /** False: an older Unity, which forgets the last build's report in a domain reload. */
  readonly keepsBuildReport?: boolean;
  readonly faults?: readonly Fault[];
}

/** Makes the project where it is missing, compiles its scripts once, and is ready. */
export async function makeUnityEditorSim(options: EditorOptions): Promise<UnityEditorSim> {
  const projectDir = resolve(options.projectDir);
  const projectName = options.projectName ?? basename(projectDir);
  ensureProject(projectDir);
  const connection = makeConnection();
  const console = makeConsole();
  const faults = makeFaultSwitches(options.faults);
  const activity = makeActivity();
  const assets = makeAssetDatabase(projectDir);
  assets.refresh();
  let sequence = 1;
  let sinceMs = Date.now();
  let playing = false;
  const refresh: { requestedMs: number | null; finishedMs: number | null } = { requestedMs: null, finishedMs: null };

  const compiler = makeCompiler({
    activity,
    projectDir,
    console,
    connection,
    parser: await loadCSharpParser(),
    compileMs: options.compileMs ?? 300,
    reloadMs: options.reloadMs ?? 150,
    async whenQuiet() {
      await builds.whenOver();
      await queue.whenQuiet();
    },
    onPhase() {
      if (compiler.phase() === 'domain_reload') builds.forgetJobs();
      sequence += 1;
      sinceMs = Date.now();
    },
  });
  const scripts = makeScriptCommands({ projectDir, assets, compiler, roslyn: options.roslyn });
  const scene = makeSceneState({ projectDir, assets, compiler });
  const scenes = makeSceneCommands({ assets, scene });
  const gameObjects = makeGameObjectCommands({
    assets,
    scene,
    types: makeComponentTypes({ assets, compiler, scene }),
  });
  const testRuns = makeTestRuns({ compiler, testMs: options.testMs ?? 200 });
  const cameras = makeCameraCommands({ projectDir, assets, scene });
  const prefabs = makePrefabCommands({ projectDir, assets });
  const builds = makeBuildPipeline({
    projectDir,
    projectName,
    assets,
    compiler,
    console,
    buildMs: options.buildMs ?? 4000,
    blocks: options.buildBlocks ?? false,
    keepsReport: options.keepsBuildReport ?? true,
  });

  async function refreshAssets(params: Body, context: CommandContext): Promise<Body> {
    refresh.requestedMs = Date.now();
    const scope = textOf(params, 'scope', 'all');
    assets.refresh();
    const isRequested = textOf(params, 'compile') === 'request';
    if (isRequested || compiler.isStale()) compiler.request();
    // A reload on the way takes the socket, and with it this reply.
    if (params['wait_for_ready'] === true) await context.waitOutside(compiler.whenIdle());
    refresh.finishedMs = Date.now();
    const state = compiler.phase() === 'idle' ? 'idle' : 'compiling';
    return succeed('Refresh requested.', {
      refresh_triggered: scope !== 'scripts',
      compile_requested: isRequested,
      resulting_state: state,
      hint:
        state === 'idle'
          ? 'Unity refresh completed; editor should be ready.'
          : 'If Unity enters compilation/domain reload, poll editor_state until ready_for_tools is true.',
    });
  }

  function projectInfo(): Body {
    return succeed('Retrieved project info.', {
      projectRoot: projectDir,
      projectName,
      unityVersion: sampleUnityVersion,
      platform: 'StandaloneWindows64',
      assetsPath: join(projectDir, 'Assets'),
      renderPipeline: 'Universal',
      activeInputHandler: 'New',
      packages: { ugui: true, textmeshpro: false, inputsystem: true, uiToolkit: true, screenCapture: true },
    });
  }

  const commands: Readonly<Record<string, (params: Body, context: CommandContext) => Body | Promise<Body>>> = {
    ping: () => ({ message: 'pong' }),
    get_project_info: projectInfo,
    get_editor_state: () =>
      describeEditorState({
        compiler,
        sequence,
        sinceMs,
        refresh,
        tests: testRuns.running(),
        playing,
        unityVersion: sampleUnityVersion,
        scene: { path: samplePaths.scene, guid: assets.guidOf(samplePaths.scene) ?? '', name: 'SampleScene' },
      }),
    manage_script: scripts.execute,
    read_console: console.execute,
    refresh_unity: refreshAssets,
    manage_asset: assets.execute,
    manage_prefabs: prefabs.execute,
    manage_scene: scenes.execute,
    manage_camera: cameras.execute,
    manage_build: builds.execute,
    manage_gameobject: gameObjects.manageGameObject,
    manage_components: gameObjects.manageComponents,
    get_gameobject_components: gameObjects.readComponents,
    get_gameobject_component: gameObjects.readComponent,
    run_tests: testRuns.start,
    get_test_job: testRuns.status,
    batch_execute: batch,
  };

  /** Commands one after another; a failure fails the batch, and with `failFast` ends it. */
  async function batch(params: Body, context: CommandContext): Promise<Body> {
    const list = Array.isArray(params['commands']) ? params['commands'].filter(isRecord) : [];
    const results: Body[] = [];
    for (const command of list) {
      const tool = textOf(command, 'tool');
      const run = commands[tool];
      const inner = isRecord(command['params']) ? camelCased(command['params']) : {};
      if (run === undefined) {
        results.push({ tool, callSucceeded: false, error: `Unknown or unsupported command type: ${tool}` });
        if (params['failFast'] === true) break;
        continue;
      }
      const result = await run(inner, context);
      results.push({ tool, callSucceeded: result['success'] === true, result });
      if (result['success'] !== true && params['failFast'] === true) break;
    }
    const failures = results.filter(({ callSucceeded }) => callSucceeded !== true).length;
    const data = {
      results,
      callSuccessCount: results.length - failures,
      callFailureCount: failures,
      parallelRequested: params['parallel'] === true,
      parallelApplied: false,
      maxParallelism: null,
    };
    return failures > 0 ? fail('One or more commands failed.', data) : succeed('Batch execution completed.', data);
  }

  const queue = makeCommandQueue({
    connection,
    faults,
    reload: compiler.reload,
    async run(command, context) {
      const run = commands[command.name];
      if (run === undefined) {
        return { status: 'error', error: `Unknown or unsupported command type: ${command.name}` };
      }
      await builds.whenUnblocked();
      return { status: 'success', result: await run(command.params, context) };
    },
  });

  return {
    projectDir,
    projectName,
    projectHash: createHash('sha1').update(join(projectDir, 'Assets')).digest('hex').slice(0, 16),
    unityVersion: sampleUnityVersion,
    connection,
    console,
    faults,
    activity,
    execute: queue.execute,
    freeze: queue.freeze,
    thaw: queue.thaw,
    closeEditor: connection.closeEditor,
    openEditor: connection.openEditor,
    killEditor() {
      connection.closeEditor();
      playing = false;
      builds.kill();
      console.execute({ action: 'clear' });
    },
    async play() {
      await compiler.reload();
      playing = true;
    },
    stopPlaying() {
      playing = false;
    },
    reload: compiler.reload,
    whenIdle: compiler.whenIdle,
    async close() {
      compiler.close();
      builds.close();
      testRuns.close();
      queue.thaw();
      connection.closeEditor();
      await compiler.whenIdle();
    },
  };
}

/** Inside a batch Unity takes `page_size` for `pageSize`. */
const camelCased = (params: Body): Body =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
