import type { Logger } from '../../../shared/node/logging/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { makeAssetFiles } from './assetFiles.ts';
import { makeAssets } from './assets.ts';
import { makeAssetSummary } from './assetSummary.ts';
import { locateOutput } from './buildOutput.ts';
import { makeBuilds } from './builds.ts';
import { makeUnityCalls } from './calls.ts';
import { makeUnityClient, type UnityClient } from './client.ts';
import { makeCompileWatch } from './compile.ts';
import { makeUnityConsole } from './console.ts';
import { makeConsoleSince } from './consoleSince.ts';
import { makeConsoleTail } from './consoleTail.ts';
import { makeCsharpChecker } from './csharp.ts';
import { makeDeconstruct } from './deconstruct.ts';
import { makeSendDelete } from './sendDelete.ts';
import { makeDeletes } from './deletes.ts';
import { makeEditor } from './editor.ts';
import { holdOf } from './editorStatus.ts';
import { makeProjectFiles, requireAssetPath } from './files.ts';
import { makeFlows } from './flow.ts';
import { hashOf } from './instances.ts';
import { makeIngest } from './ingest.ts';
import { makeLedger } from './ledger.ts';
import { makeNotices } from './notices.ts';
import { makePlans } from './plans.ts';
import { readProjectFacts } from './projectFacts.ts';
import { makeProjectIndex } from './projectIndex.ts';
import { makePreview } from './preview.ts';
import { makeProjectGuard } from './projectGuard.ts';
import { makeQueue } from './queue.ts';
import { makeScene } from './scene.ts';
import { makeSceneReads } from './sceneReads.ts';
import { makeStandingOf } from './sceneStanding.ts';
import { makeSceneWrites } from './sceneWrites.ts';
import { makeScripts } from './scripts.ts';
import { makeSurroundings } from './surroundings.ts';
import { findTextEdits, type FindEdits } from './textEdits.ts';
import { makeTestRuns } from './testRuns.ts';
import { compileBounds, sizedWait } from './waits.ts';
import type {
  CallContext,
  EditorStateKind,
  EditorStatus,
  EditorTransition,
  IntentStore,
  SessionProjects,
  UnityAdapter,
} from './types.ts';

export interface UnityAdapterOptions {
  /** The MCP endpoint, e.g. `http://localhost:8080/mcp`. */
  readonly url: string;
  /** `UNITY_MCP_TOKEN`: sent as bearer token and as `X-API-Key`. */
  readonly token?: string | undefined;
  readonly ledger: IntentStore;
  readonly logger: Logger;
  readonly clock?: { readonly now: () => number } | undefined;
  /** Between looks at the editor (default 2 s), and the longest pause while a compile is waited for (250 ms). */
  readonly pollMs?: number | undefined;
  readonly fastPollMs?: number | undefined;
  /** Between looks at a build; the interval the server asks for when unset. */
  readonly buildPollMs?: number | undefined;
  /** How long a compile may take before its result is `unknown`; by this project's history when unset. */
  readonly compileLimitMs?: number | undefined;
  /** The project's folder, when the server does not tell it. */
  readonly projectRoot?: string | undefined;
  /** `Name@hash`, hash or name of the project to work in, when several editors may be open. */
  readonly instance?: string | undefined;
  /** Which project each session works in; without it every session works in the one that is open. */
  readonly projects?: SessionProjects | undefined;
  /** Told of every change of the editor's state. */
  readonly onTransition?: ((transition: EditorTransition) => void) | undefined;
  /** How long this project's own states took lately, in milliseconds; waits are sized from them. */
  readonly durations?: ((projectHash: string, kind: EditorStateKind) => readonly number[]) | undefined;
  /** Where the edits of a file are found; in this thread when unset. */
  readonly findEdits?: FindEdits | undefined;
}

/** What `makeUnityAdapter` gives beside the seam: the bare client for comparison, and the choice of an editor. */
export interface UnityConnection extends UnityAdapter {
  readonly client: UnityClient;
  readonly chooseInstance: (instance: string) => Promise<EditorStatus>;
}

/** Calls that may wait for the editor at once; more means that something is stuck. */
const queueLimit = 64;

/** Composes the Unity side of the bridge; begins to look at the editor at once. `close` ends everything it started. */
export function makeUnityAdapter(options: UnityAdapterOptions): UnityConnection {
  const { url, token, logger, clock = Date, pollMs = 2_000, fastPollMs = 250, compileLimitMs } = options;
  const closing = new AbortController();
  let settling: Promise<void> | undefined;
  const client = makeUnityClient({ url, token, logger });
  const flows = makeFlows();
  const queue = makeQueue({ limit: queueLimit, flows, isUnsettled });
  const writes = makeQueue({ limit: queueLimit, flows, kind: 'write' });
  const editor = makeEditor({
    client,
    queue,
    logger,
    clock,
    pollMs,
    fastPollMs,
    instance: options.instance,
    flows,
    durations: options.durations,
    onTransition: options.onTransition,
    onLook(status) {
      const reason = holdOf(status.kind);
      queue.hold(reason);
      writes.hold(reason);
      settleWhenReady(status);
    },
  });
  const { notice, told } = makeNotices({ editor });
  const guard = makeProjectGuard({ projects: options.projects, editor, flows });
  const calls = makeUnityCalls({ client, queue, editor, clock, requireProject: guard.require });
  const files = makeProjectFiles({
    calls,
    logger,
    local: isLoopback(url),
    projectRoot: options.projectRoot,
    instanceId: () => editor.status().instanceId,
  });
  const assetFiles = makeAssetFiles({ calls, files });
  const ledger = makeLedger({
    store: options.ledger,
    files: assetFiles,
    logger,
    isHere: (entry) => guard.isHere(entry.sessionId),
  });
  const console = makeUnityConsole({ calls });
  const consoleSince = makeConsoleSince({ calls, instanceId: () => editor.status().instanceId });
  const consoleTail = makeConsoleTail({ calls, mark: consoleSince.mark });
  const compile = makeCompileWatch({ calls, editor, clock, fastPollMs, flows, compileLimitMs: compileLimit });
  const csharp = makeCsharpChecker();
  const findEdits = options.findEdits ?? (async (before, after) => findTextEdits(before, after));
  const plans = makePlans({ files, csharp, findEdits });
  const sendDelete = makeSendDelete({ calls, files, assetFiles });
  const scripts = makeScripts({
    calls,
    sendDelete,
    files,
    findEdits,
    ledger,
    compile,
    console,
    writes,
    closing: closing.signal,
    sets: options.ledger.sets,
    isHere: guard.isHere,
    asSession: (sessionId, work) => flows.during({ sessionId, onWait: undefined }, work),
    logger,
  });
  const deletes = makeDeletes({
    calls,
    sendDelete,
    files,
    assetFiles,
    ledger,
    compile,
    console,
    writes,
    logger,
    closing: closing.signal,
  });
  const reads = makeSceneReads({ calls });
  const standingOf = makeStandingOf(reads);
  const { scenes } = options.ledger;
  const sceneWrites = makeSceneWrites({ store: scenes, calls, reads, standingOf, logger, isHere: guard.isHere });
  const scene = makeScene({ reads, standingOf, sceneWrites, writes, closing: closing.signal });
  const testRuns = makeTestRuns({ calls, pollMs: Math.min(1_000, pollMs) });
  const preview = makePreview({ calls, files, logger });
  const index = makeProjectIndex({ clock });
  const deconstruct = makeDeconstruct({
    calls,
    files,
    index,
    csharp,
    openScene: () => editor.status().activeScene,
  });
  const assets = makeAssets({ calls, deconstruct });
  const summarizeAsset = makeAssetSummary({ assets, files });
  const surroundings = makeSurroundings({
    files,
    csharp,
    scriptsIn: async (folder, signal) =>
      (await assets.search({ query: '', folder, type: 'MonoScript' }, { signal })).assets,
  });
  const ingest = makeIngest({ calls, files, index, info: assets.infoOf });
  const builds = makeBuilds({ calls, console, files, editor, logger, clock, pollMs: options.buildPollMs });

  function compileLimit(): number {
    const hash = hashOf(editor.status().instanceId);
    return (
      compileLimitMs ?? sizedWait(hash === null ? [] : (options.durations?.(hash, 'compiling') ?? []), compileBounds)
    );
  }

  const running = new Set<Promise<unknown>>();
  /** Every call ends when the adapter closes, and `close` waits for it. */
  async function during<C extends CallContext, T>(context: C, work: (context: C) => Promise<T>): Promise<T> {
    if (closing.signal.aborted) throw new AppError('cancelled', 'The connection to Unity is closed.');
    const { sessionId, onWait } = context;
    const signal = AbortSignal.any([context.signal, closing.signal]);
    const call = flows.during({ sessionId, onWait }, async () => {
      const end = await guard.enter(sessionId, signal);
      try {
        return await work({ ...context, signal });
      } finally {
        end();
      }
    });
    running.add(call);
    try {
      return await call;
    } finally {
      running.delete(call);
    }
  }

  function isUnsettled(): boolean {
    return ledger.isUnsettled() || scripts.sets.isUnsettled() || sceneWrites.isUnsettled();
  }

  /** Each kind by itself: one that cannot be settled yet does not hold up the others. */
  async function settleOpen(signal: AbortSignal): Promise<void> {
    const works = [
      async () => {
        await ledger.settleOpen(signal);
        // It writes, so it takes its turn.
        if (scripts.sets.isUnsettled()) await writes.run(() => scripts.sets.settleOpen(signal), signal);
      },
      () => sceneWrites.settleOpen(signal),
    ];
    const ends = await Promise.allSettled(works.map((work) => work()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /**
   * For a write that does not look at the editor by itself: the last look may be older than the play mode that it must
   * wait for. What the look could not find out, the write itself will.
   */
  async function held<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await editor.readState(signal).catch(() => null);
    return await work();
  }

  /** What an earlier run, or a lost connection, left open is settled as soon as the editor can be asked. */
  function settleWhenReady(status: EditorStatus): void {
    if (status.kind !== 'ready' || settling !== undefined || closing.signal.aborted) return;
    if (!isUnsettled()) return;
    settling = settleOpen(closing.signal)
      .catch((error: unknown) => logger.debug({ err: error }, 'open writes could not be settled yet'))
      .finally(() => (settling = undefined));
  }

  return {
    client,
    chooseInstance: editor.choose,
    planScript: (args, context) =>
      during(context, async ({ signal }) => await told(await plans.planScript(args, signal))),
    unityGenerateScript: (plan, context) => during(context, (inner) => scripts.write(plan, inner)),
    scriptSurroundings: (args, context) => during(context, ({ signal }) => surroundings.of(args, signal)),
    planPatch: (args, context) =>
      during(context, async ({ signal }) => await told(await plans.planPatch(args, signal))),
    planPatches: (patches, context) =>
      during(context, async ({ signal }) => await Promise.all((await plans.planPatches(patches, signal)).map(told))),
    replan: (plan, edited, context) => during(context, ({ signal }) => plans.replan(plan, edited, signal)),
    unityApplyPatch: (plan, context) => during(context, (inner) => scripts.write(plan, inner)),
    unityApplyPatches: (all, context) => during(context, (inner) => scripts.writeAll(all, inner)),
    listScene: (args, context) => during(context, (inner) => scene.listScene(args, inner)),
    planCreateObject: (request, context) =>
      during(context, async (inner) => await told(await scene.planCreateObject(request, inner))),
    planSetComponent: (request, context) =>
      during(context, async (inner) => await told(await scene.planSetComponent(request, inner))),
    planSceneUndo: (edit, path, context) => during(context, (inner) => scene.planSceneUndo(edit, path, inner)),
    unityEditScene: (plan, context) =>
      during(context, (inner) => held(inner.signal, () => scene.unityEditScene(plan, inner))),
    unityRunTests: (args, context) =>
      during(context, (inner) => held(inner.signal, () => testRuns.unityRunTests(args, inner))),
    planDelete: (args, context) => during(context, async (inner) => await told(await deletes.planDelete(args, inner))),
    unityDeleteAsset: (plan, context) =>
      during(context, (inner) => held(inner.signal, () => deletes.unityDeleteAsset(plan, inner))),
    unityRestoreAsset: (plan, context) =>
      during(context, (inner) => held(inner.signal, () => deletes.unityRestoreAsset(plan, inner))),
    unityRenderPreview: (args, context) => during(context, (inner) => preview.render(args, inner)),
    unityIngestAsset: (args, context) =>
      during(context, async (inner) => await ingest.describe(await assets.info(args, inner), inner)),
    planIngest: (args, context) => during(context, async (inner) => await told(await ingest.plan(args, inner))),
    unityImportAsset: (plan, context) =>
      during(context, ({ signal, ...inner }) =>
        held(signal, () => writes.run(() => ingest.bringIn(plan, { ...inner, signal }), signal)),
      ),
    unityDeconstructAsset: (args, context) => during(context, (inner) => assets.deconstruct(args, inner)),
    unityRunBuild: (args, context) => during(context, (inner) => held(inner.signal, () => builds.run(args, inner))),
    unityFollowBuild: (job, context) => during(context, (inner) => builds.follow(job, inner)),
    locateBuild: ({ outputPath }, context) =>
      during(context, async ({ signal }) => {
        const root = await files.root(signal);
        return root === null ? null : await locateOutput(root, outputPath);
      }),
    readScript: (args, context) =>
      during(context, async ({ signal }) => {
        const path = requireAssetPath(args.path);
        const file = await files.read(path, signal);
        if (file === null) throw new AppError('not_found', `There is no file ${path}.`, { data: { path } });
        return { contents: file.text, sha256: file.sha256 };
      }),
    markConsole: (context) => during(context, ({ signal }) => consoleSince.mark(signal)),
    readConsoleSince: (args, context) => during(context, ({ signal }) => consoleSince.since(args, signal)),
    readConsoleTail: (args, context) => during(context, ({ signal }) => consoleTail.read(args, signal)),
    readConsole: (args, context) => during(context, ({ signal }) => console.read(args, signal)),
    async projectFacts(signal) {
      const root = await files.root(signal);
      return root === null ? null : await readProjectFacts(root);
    },
    approvalNotice: (context) => during(context, notice),
    summarizeAsset: (args, context) => during(context, (inner) => summarizeAsset(args, inner)),
    searchAssets: (args, context) => during(context, (inner) => assets.search(args, inner)),
    editor: {
      status: editor.status,
      subscribe: editor.subscribe,
      refresh: editor.refresh,
      instances: editor.instances,
      choose: editor.choose,
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...running, settling]);
      await editor.close();
      await Promise.all([writes.close(), queue.close()]);
      await client.close();
    },
  };
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
