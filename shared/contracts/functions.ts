import { z } from 'zod';
import { sha256Schema, uuidSchema } from './ids.ts';
import { uasSchema, uasValueSchema } from './uas.ts';

/**
 * Arguments and results of every function the model may call. The registry in `services/bridge/functions` binds each to
 * its effect, policy, time limit and handler; the model's tool list is derived from these schemas.
 */
const assetPath = z
  .string()
  .min(1)
  .max(512)
  .describe(
    'Path inside the Unity project, starting with Assets/, forward slashes, e.g. Assets/Scripts/PlayerController.cs',
  );

export const compileMessageSchema = z.object({
  severity: z.enum(['error', 'warning']),
  /** C# compiler code such as CS1002, when the line carried one. */
  code: z.string().optional(),
  message: z.string(),
  file: z.string().optional(),
  line: z.int().nonnegative().optional(),
  column: z.int().nonnegative().optional(),
  /** Of a write's compile: true when it was not there before this change, false when it was. */
  caused: z.boolean().optional(),
});
export type CompileMessage = z.infer<typeof compileMessageSchema>;

export const compileResultSchema = z.object({
  /** `unknown`: Unity did not finish a compile that could be observed within the time limit. */
  status: z.enum(['ok', 'errors', 'unknown']),
  /** Those that the change caused come first. */
  errors: z.array(compileMessageSchema),
  /** By Unity's own timestamps where it told them, else the time waited for it. */
  durationMs: z.number().nonnegative(),
});
export type CompileResult = z.infer<typeof compileResultSchema>;

export const generateUnityScriptArgs = z.object({
  prompt: z.string().min(1).max(8_000).describe('What the script must do, in the words of the developer'),
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .max(128)
    .describe('Class and file name without .cs, e.g. PlayerController'),
  path: z.string().max(512).optional().describe('Folder under Assets/ or a full .cs path; default Assets/Scripts'),
  contents: z.string().max(400_000).optional().describe('The complete C# file'),
});
const searchReplaceEdits = z
  .array(
    z.object({
      search: z.string().min(1).describe('Exact text in the file now; must occur once'),
      replace: z.string().describe('What stands there afterwards'),
    }),
  )
  .min(1)
  .max(50);
const unifiedDiff = z
  .string()
  .min(1)
  .max(400_000)
  .describe('Unified diff against the file as it is now; hunks are found by their context, not by line numbers');
const eitherEditsOrDiff = (value: { edits?: unknown; diff?: unknown }): boolean =>
  (value.edits === undefined) !== (value.diff === undefined);

export const patchOfFileSchema = z
  .object({ path: assetPath, edits: searchReplaceEdits.optional(), diff: unifiedDiff.optional() })
  .refine(eitherEditsOrDiff, 'give either edits or diff');
export type PatchOfFile = z.infer<typeof patchOfFileSchema>;

/** One file (`path` with `edits` or `diff`), several (`files`), or a `diff` alone that names its files. */
export const applyUnityPatchArgs = z
  .object({
    path: assetPath.optional(),
    edits: searchReplaceEdits.optional(),
    diff: unifiedDiff.optional().describe('Instead of edits: a unified diff; without path it may cover several files'),
    files: z
      .array(patchOfFileSchema)
      .min(1)
      .max(20)
      .optional()
      .describe('Several files as one change, all or none: each with path and either edits or diff'),
    reason: z.string().max(2_000).optional().describe('One sentence: why this change'),
  })
  .refine(
    (args) =>
      args.files === undefined
        ? eitherEditsOrDiff(args) && (args.path !== undefined || args.diff !== undefined)
        : args.path === undefined && args.edits === undefined && args.diff === undefined,
    'give path with edits, path with diff, a diff that names its files, or files',
  );
/** `multi_view` is a contact sheet: the scene from six sides. */
export const captureSourceSchema = z.enum(['game_view', 'scene_view', 'multi_view']);
export type CaptureSource = z.infer<typeof captureSourceSchema>;
export const renderUnityPreviewArgs = z.object({
  source: captureSourceSchema.default('game_view').describe('multi_view: the scene from six sides on one sheet'),
  camera: z.string().max(256).optional().describe('Name of the camera; default is the main camera'),
  maxResolution: z.int().min(64).max(2048).default(1024).describe('Longest edge in pixels'),
});
export const ingestUnityAssetArgs = z
  .object({
    path: assetPath
      .optional()
      .describe('The asset; with source: where it shall go (a folder ends with /), default a folder for its type'),
    source: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('Absolute path of a file outside the project that the developer named; it is copied in and imported'),
  })
  .refine(({ path, source }) => path !== undefined || source !== undefined, 'give path, or source');
export const deconstructUnityAssetArgs = z.object({ path: assetPath });
export const buildTargetSchema = z.enum([
  'windows64',
  'osx',
  'linux64',
  'android',
  'ios',
  'webgl',
  'uwp',
  'tvos',
  'visionos',
]);
export const runUnityBuildArgs = z.object({
  target: buildTargetSchema,
  development: z.boolean().default(false),
  outputPath: z
    .string()
    .max(512)
    .optional()
    .describe('Folder or file inside the project, e.g. Builds/Linux/Game.x86_64'),
});
export const readUnityScriptArgs = z.object({
  path: assetPath,
  startLine: z.int().positive().optional(),
  endLine: z.int().positive().optional(),
});
export const readUnityConsoleArgs = z.object({
  types: z.array(z.enum(['error', 'warning', 'log'])).default(['error', 'warning']),
  count: z.int().min(1).max(200).default(50),
  sinceCallId: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only what came since this call began: its call id, or "last" for the newest write, build or test run'),
});
export const searchUnityAssetsArgs = z.object({
  query: z.string().min(1).max(200),
  folder: z.string().max(512).default('Assets'),
  type: z.string().max(64).optional().describe('Unity type filter, e.g. Prefab, Material, MonoScript'),
});
export const getUnityEditorStateArgs = z.object({});
export const deleteUnityAssetArgs = z.object({
  path: assetPath,
  reason: z.string().max(2_000).optional().describe('One sentence: why it can go'),
});
const vector = z.tuple([z.number(), z.number(), z.number()]);
const componentType = z
  .string()
  .regex(/^[A-Za-z_][\w.]*$/)
  .max(256)
  .describe('Component or script class, e.g. Rigidbody or PlayerController');
const componentValues = z
  .record(z.string().max(128), z.unknown())
  .describe('Values by property name, e.g. {"mass": 2}; a vector is a list of three numbers');
const objectName = z
  .string()
  .regex(/^[^/\\]+$/)
  .max(128);
export const createUnityObjectArgs = z.object({
  name: objectName,
  parent: z.string().max(512).optional().describe('Path or name of the parent object; none: root of the scene'),
  primitive: z.enum(['Cube', 'Sphere', 'Capsule', 'Cylinder', 'Plane', 'Quad']).optional(),
  tag: z.string().max(128).optional(),
  position: vector.optional(),
  rotation: vector.optional().describe('Euler angles in degrees'),
  scale: vector.optional(),
  components: z
    .array(z.object({ type: componentType, properties: componentValues.optional() }))
    .max(10)
    .default([]),
  reason: z.string().max(2_000).optional().describe('One sentence: why'),
});
export const setUnityComponentArgs = z.object({
  target: z.string().min(1).max(512).describe('Path (Level/Crate) or unique name of an object in the open scene'),
  component: componentType,
  properties: componentValues.default({}),
  reason: z.string().max(2_000).optional().describe('One sentence: why'),
});
export const listUnitySceneArgs = z.object({
  root: z.string().max(512).optional().describe('Only what is under this object'),
  limit: z.int().min(1).max(500).default(200),
});
export const getUnityBuildStatusArgs = z.object({});
export const runUnityTestsArgs = z.object({
  mode: z.enum(['EditMode', 'PlayMode']).default('EditMode'),
  testNames: z.array(z.string().min(1).max(512)).max(50).default([]).describe('Full names; empty runs all'),
  reason: z.string().max(2_000).optional(),
});
/** Called by the window's own button only. */
export const undoUnityChangeArgs = z.object({ changeId: uuidSchema });

const scriptResult = {
  path: z.string(),
  sha256: sha256Schema,
  /** Absent when nothing was changed. */
  changeId: uuidSchema.optional(),
  /** The file had this text already: nothing was asked, written or recorded. */
  unchanged: z.literal(true).optional(),
  lines: z.int().nonnegative(),
  compile: compileResultSchema,
};
export const generateUnityScriptResult = z.object({ success: z.literal(true), created: z.boolean(), ...scriptResult });
export const applyUnityPatchResult = z.object({
  success: z.literal(true),
  editsApplied: z.int(),
  ...scriptResult,
  /** Of a change to several files: each; the fields above are then those of the first. */
  files: z
    .array(
      z.object({
        path: z.string(),
        sha256: sha256Schema,
        changeId: uuidSchema,
        created: z.boolean(),
        lines: z.int().nonnegative(),
      }),
    )
    .optional(),
});
export const deleteUnityAssetResult = z.object({
  success: z.literal(true),
  path: z.string(),
  changeId: uuidSchema,
  /** Only when a script was deleted. */
  compile: compileResultSchema.optional(),
});
const sceneResult = z.object({
  success: z.literal(true),
  scene: z.string(),
  path: z.string(),
  changeId: uuidSchema,
  components: z.array(z.string()),
});
export const createUnityObjectResult = sceneResult;
export const setUnityComponentResult = sceneResult;
export const listUnitySceneResult = z.object({
  scene: z.string(),
  objects: z.array(
    z.object({
      path: z.string(),
      components: z.array(z.string()),
      active: z.literal(false).optional(),
      children: z.int().optional(),
    }),
  ),
  /** What is not in the list and how to get it. */
  cut: z.string().optional(),
});
const buildStatus = z.object({
  buildId: uuidSchema,
  target: buildTargetSchema,
  state: z.string(),
  phase: z.string(),
  elapsedMs: z.number(),
  usuallyMs: z.number().optional(),
  sizeBytes: z.number().optional(),
  outputPath: z.string().optional(),
  warnings: z.int(),
  errors: z.int(),
  reason: z.string().optional(),
});
export const getUnityBuildStatusResult = z.object({ running: buildStatus.nullable(), last: z.array(buildStatus) });
export const runUnityTestsResult = z.object({
  success: z.literal(true),
  allPassed: z.boolean(),
  mode: z.enum(['EditMode', 'PlayMode']),
  total: z.int(),
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  durationMs: z.number(),
  failures: z.array(z.object({ name: z.string(), message: z.string(), stack: z.string() })),
  cut: z.string().optional(),
});
export const undoUnityChangeResult = z.object({
  success: z.literal(true),
  changeId: uuidSchema,
  undoesChangeId: uuidSchema,
  path: z.string(),
});
export const renderUnityPreviewResult = z.object({
  success: z.literal(true),
  frameId: uuidSchema,
  width: z.int(),
  height: z.int(),
  blank: z.boolean(),
  /** Byte-equal to the frame of the same view before it. */
  unchanged: z.boolean(),
  /** What is odd about the picture, in words: blank, another size than asked for. */
  notes: z.array(z.string()).optional(),
});
export const assetInfoSchema = z.object({
  path: z.string(),
  guid: z.string(),
  type: z.string(),
  name: z.string(),
  isFolder: z.boolean(),
  modifiedAt: z.string().optional(),
});
const assetLink = z.object({ path: z.string(), guid: z.string().optional() });
export const ingestUnityAssetResult = z.object({
  success: z.literal(true),
  asset: assetInfoSchema.extend({
    sizeBytes: z.int().nonnegative().optional(),
    importer: z.string().optional(),
    /** What it refers to; absent when its files cannot be read here. */
    dependencies: z.array(assetLink).optional(),
    /** Assets of the project that refer to it. */
    usedBy: z.array(z.string()).optional(),
    /** False when the project was too large to be looked through whole. */
    usedByComplete: z.boolean().optional(),
  }),
  /** The file that was copied in; absent when an asset was read. */
  source: z.string().optional(),
  /** Absent when nothing was copied. */
  changeId: uuidSchema.optional(),
  /** Copied, but not imported yet (its guid is then empty), and why. */
  warning: z.string().optional(),
});
const uasPlace = z.object({ path: z.string(), id: z.string() });
export const deconstructUnityAssetResult = z.object({
  success: z.literal(true),
  uas: uasSchema,
  /** Against the last time that this session took the asset apart; absent the first time. */
  sinceLastTime: z
    .object({
      added: z.array(uasPlace),
      removed: z.array(uasPlace),
      moved: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
      changed: z.array(
        z.object({
          path: z.string(),
          field: z.string(),
          before: uasValueSchema.optional(),
          after: uasValueSchema.optional(),
        }),
      ),
    })
    .optional(),
});
export const runUnityBuildResult = z.object({
  success: z.boolean(),
  buildId: uuidSchema,
  target: buildTargetSchema,
  /** `unknown`: Unity lost track of the build, and nothing proves how it ended. */
  result: z.enum(['succeeded', 'failed', 'cancelled', 'unknown']),
  outputPath: z.string().optional(),
  durationMs: z.number(),
  sizeBytes: z.number().optional(),
  warnings: z.int(),
  errors: z.int(),
  reason: z.string().optional(),
});
export const readUnityScriptResult = z.object({
  path: z.string(),
  sha256: sha256Schema,
  contents: z.string(),
  totalLines: z.int(),
  truncated: z.boolean(),
});
export const readUnityConsoleResult = z.object({
  messages: z.array(compileMessageSchema.extend({ severity: z.string() })),
  /** All messages came since this call began. */
  sinceCallId: z.string().optional(),
  /** Why older messages are among them, although only newer ones were asked for. */
  note: z.string().optional(),
});
export const searchUnityAssetsResult = z.object({ total: z.int(), assets: z.array(assetInfoSchema) });
export const getUnityEditorStateResult = z.object({
  state: z.string(),
  projectName: z.string().optional(),
  unityVersion: z.string().optional(),
  activeScene: z.string().optional(),
});
