import { PNG } from 'pngjs';
import { AppError } from '../../../shared/errors/index.ts';
import { sha256Of } from '../journal/index.ts';
import type { CallContext, EditorStatus, LedgerStore, UnityAdapter, WriteOutcome, WritePlan } from '../unity/types.ts';

export const readyEditor: EditorStatus = {
  kind: 'ready',
  instanceId: 'SparkSample@1',
  projectName: 'SparkSample',
  unityVersion: '6000.0.1f1',
  activeScene: 'Main',
  serverVersion: '10.1.0',
  detail: '',
  latencyMs: 1,
};

/** A project in memory behind the adapter's seam. `writes` counts what reached it. */
export interface FakeUnity extends UnityAdapter {
  readonly files: Map<string, string>;
  readonly writes: string[];
}

export function makeFakeUnity(
  options: {
    readonly ledger?: LedgerStore;
    /** Takes the place of what happens after the write was taken. */
    readonly afterWrite?: (plan: WritePlan, context: CallContext) => Promise<void>;
    readonly build?: UnityAdapter['unityRunBuild'];
    readonly followBuild?: UnityAdapter['unityFollowBuild'];
    readonly color?: readonly [number, number, number][];
  } = {},
): FakeUnity {
  const files = new Map<string, string>();
  const writes: string[] = [];
  const planOf = (path: string, after: string, editsApplied: number): WritePlan => {
    const before = files.get(path) ?? null;
    return {
      path,
      before,
      after,
      sha256Before: before === null ? null : sha256Of(before),
      sha256After: sha256Of(after),
      warnings: before === null ? [] : ['overwrites a file'],
      editsApplied,
    };
  };
  async function write(plan: WritePlan, context: CallContext): Promise<WriteOutcome> {
    context.signal.throwIfAborted();
    const writeId = `${context.callId}-${writes.length}`;
    options.ledger?.intend({ ...plan, writeId, sessionId: context.sessionId, callId: context.callId });
    writes.push(plan.path);
    await options.afterWrite?.(plan, context);
    files.set(plan.path, plan.after);
    options.ledger?.settle(writeId, 'applied', plan.sha256After);
    return {
      path: plan.path,
      sha256: plan.sha256After,
      created: plan.before === null,
      compile: { status: 'ok', errors: [], durationMs: 1_200 },
      timing: [{ step: 'unity', ms: 3 }],
    };
  }
  const planPatch = async ({ path, edits }: Parameters<UnityAdapter['planPatch']>[0]): Promise<WritePlan> => {
    const before = files.get(path) ?? '';
    const after = edits.reduce((text, edit) => text.replace(edit.search, edit.replace), before);
    return planOf(path, after, edits.length);
  };
  const notUsed = (): Promise<never> => Promise.reject(new AppError('unity_failed', 'The fake has no such thing.'));
  return {
    files,
    writes,
    planScript: async ({ name, path, contents }) => planOf(path ?? `Assets/Scripts/${name}.cs`, contents, 0),
    scriptSurroundings: async ({ name, path = `Assets/Scripts/${name}.cs` }) => {
      const current = files.get(path) ?? null;
      return { path, className: name, current, neighbours: [], renderPipeline: null };
    },
    unityGenerateScript: write,
    planPatch,
    planPatches: async (patches) =>
      await Promise.all(patches.map(({ path = '', edits = [] }) => planPatch({ path, edits }))),
    replan: async ({ path, editsApplied }, edited) => {
      if (edited.trim() === '') throw new AppError('unity_rejected', `${path} would be empty. Nothing was written.`);
      return planOf(path, edited, editsApplied);
    },
    unityApplyPatch: write,
    unityApplyPatches: async (plans, context) => {
      const outcomes: WriteOutcome[] = [];
      for (const plan of plans) outcomes.push(await write(plan, context));
      return { kind: 'applied', outcomes };
    },
    listScene: notUsed,
    planCreateObject: notUsed,
    planSetComponent: notUsed,
    planSceneUndo: notUsed,
    unityEditScene: notUsed,
    unityRunTests: notUsed,
    planDelete: async ({ path }) => {
      const before = files.get(path);
      if (before === undefined) throw new AppError('not_found', `There is no file ${path}.`);
      const bytes = Buffer.from(before, 'utf8');
      const sizeBytes = bytes.byteLength;
      return {
        path,
        sha256Before: sha256Of(before),
        before,
        sizeBytes,
        keep: [{ path, bytes }],
        metaKept: true,
        warnings: [],
      };
    },
    unityDeleteAsset: async ({ path, sha256Before, before, keep }, context) => {
      const writeId = `${context.callId}-${writes.length}`;
      const { sessionId, callId } = context;
      options.ledger?.intend({
        writeId,
        sessionId,
        callId,
        path,
        sha256Before,
        sha256After: null,
        before,
        after: null,
        keep,
      });
      writes.push(path);
      files.delete(path);
      options.ledger?.settle(writeId, 'applied', null);
      return { writeId, compile: null, timing: [] };
    },
    unityRestoreAsset: async ({ path, sha256After, after, files: kept }, context) => {
      const writeId = `${context.callId}-${writes.length}`;
      const { sessionId, callId } = context;
      options.ledger?.intend({
        writeId,
        sessionId,
        callId,
        path,
        sha256Before: null,
        sha256After,
        before: null,
        after,
      });
      writes.push(path);
      for (const file of kept) files.set(file.path, Buffer.from(file.bytes).toString('utf8'));
      options.ledger?.settle(writeId, 'applied', sha256After);
      return { writeId, compile: null, timing: [] };
    },
    unityRenderPreview: async ({ source }) => ({
      png: drawPng(options.color ?? [[10, 20, 30]]),
      width: 4,
      height: 4,
      camera: null,
      captureSource: source,
    }),
    unityIngestAsset: notUsed,
    planIngest: async ({ source, path = 'Assets/Data/Copy.txt' }) => ({
      source,
      path,
      sizeBytes: source.length,
      modifiedAtMs: 0,
      type: 'TXT text',
      warnings: [],
    }),
    /** The text of the copy is the name of its source. */
    unityImportAsset: async ({ path, source }) => {
      const copied = files.get(path) !== source;
      files.set(path, source);
      const asset = { path, guid: 'f'.repeat(32), type: 'TextAsset', name: path, isFolder: false };
      return { asset, copied, sha256: sha256Of(source), warning: null };
    },
    unityDeconstructAsset: notUsed,
    unityRunBuild: options.build ?? notUsed,
    unityFollowBuild: options.followBuild ?? notUsed,
    locateBuild: async ({ outputPath }) => (files.has(outputPath) ? `/project/${outputPath}` : null),
    readScript: async ({ path }) => {
      const contents = files.get(path);
      if (contents === undefined) throw new AppError('not_found', `There is no file ${path}.`);
      return { contents, sha256: sha256Of(contents) };
    },
    readConsole: async () => [],
    markConsole: async () => null,
    readConsoleSince: async () => null,
    readConsoleTail: async () => null,
    searchAssets: async () => ({ total: 0, assets: [] }),
    projectFacts: async () => null,
    approvalNotice: async () => null,
    async summarizeAsset({ path }) {
      const text = files.get(path);
      if (text === undefined) throw new AppError('not_found', `There is no ${path}.`);
      const info = { path, guid: 'f'.repeat(32), type: 'MonoScript', name: path, isFolder: false };
      return { info, sizeBytes: text.length, picture: null };
    },
    editor: {
      status: () => readyEditor,
      subscribe: () => () => undefined,
      refresh: async () => readyEditor,
      instances: () => [],
      choose: async () => readyEditor,
    },
    close: async () => undefined,
  };
}

/** A 4 × 4 image whose pixels take the colours in turn. */
export function drawPng(colors: readonly (readonly [number, number, number])[]): Uint8Array {
  const image = new PNG({ width: 4, height: 4 });
  for (let pixel = 0; pixel < 16; pixel += 1) {
    image.data.set([...(colors[pixel % colors.length] ?? [0, 0, 0]), 255], pixel * 4);
  }
  return PNG.sync.write(image);
}
