import { z } from 'zod';

/**
 * Zod schemas of everything the Unity MCP sends, as captured from version 10.1.0. Only what SPARK reads is named; the
 * rest passes. The envelope is read from the text block: it is there for every tool, while `structuredContent` is absent
 * for images and wrapped for three tools.
 */
export const replyBodySchema = z.looseObject({
  success: z.boolean(),
  message: z.string().nullish(),
  error: z.string().nullish(),
  code: z.string().nullish(),
  hint: z.string().nullish(),
  data: z.unknown().optional(),
  _mcp_status: z.string().nullish(),
  _mcp_poll_interval: z.number().positive().nullish(),
});
export type ReplyBody = z.infer<typeof replyBodySchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.number().nullish();

export const shaData = z.object({ sha256, lengthBytes: z.number() });
export const scriptData = z.object({ path: z.string(), contents: z.string().nullish() });

export const consoleEntrySchema = z.object({
  type: z.string(),
  message: z.string(),
  file: z.string().nullish(),
  line: z.number().nullish(),
});
export type ConsoleEntry = z.infer<typeof consoleEntrySchema>;
/** A bare list from a server that does not know pages. */
export const consoleData = z.union([
  z.array(consoleEntrySchema).transform((items) => ({ items, hasMore: false, total: null })),
  z
    .object({ items: z.array(consoleEntrySchema), truncated: z.boolean().nullish(), total: z.int().nullish() })
    .transform(({ items, truncated, total }) => ({ items, hasMore: truncated === true, total: total ?? null })),
]);
export type ConsolePage = z.infer<typeof consoleData>;

export const instanceSchema = z
  .object({ id: z.string().optional(), name: z.string().optional(), project: z.string().optional() })
  .extend({ hash: z.string(), unity_version: z.string().nullish(), session_id: z.string().nullish() })
  .transform((row) => {
    const name = row.project ?? row.name ?? row.hash;
    return { id: row.id ?? `${name}@${row.hash}`, name, hash: row.hash, unityVersion: row.unity_version ?? null };
  });
export type Instance = z.infer<typeof instanceSchema>;
export const instancesBody = z.object({ success: z.literal(true), instances: z.array(instanceSchema) });
export const healthBody = z.object({ version: z.string() });

/** `mcpforunity://editor/state`; any section may be null. */
export const editorStateData = z.object({
  unity: z.object({ instance_id: z.string().nullish(), unity_version: z.string().nullish() }).nullish(),
  editor: z
    .object({
      play_mode: z.object({ is_playing: z.boolean().nullish(), is_changing: z.boolean().nullish() }).nullish(),
      active_scene: z.object({ path: z.string().nullish(), name: z.string().nullish() }).nullish(),
    })
    .nullish(),
  activity: z.object({ phase: z.string().nullish() }).nullish(),
  compilation: z
    .object({
      is_compiling: z.boolean().nullish(),
      is_domain_reload_pending: z.boolean().nullish(),
      last_compile_started_unix_ms: milliseconds,
      last_compile_finished_unix_ms: milliseconds,
      last_domain_reload_before_unix_ms: milliseconds,
      last_domain_reload_after_unix_ms: milliseconds,
    })
    .nullish(),
  assets: z
    .object({
      is_updating: z.boolean().nullish(),
      refresh: z.object({ is_refresh_in_progress: z.boolean().nullish() }).nullish(),
    })
    .nullish(),
  tests: z.object({ is_running: z.boolean().nullish() }).nullish(),
});
export type EditorState = z.infer<typeof editorStateData>;

export const projectInfoData = z.object({ projectRoot: z.string().nullish(), projectName: z.string().nullish() });

export const screenshotData = z.object({
  path: z.string().nullish(),
  fullPath: z.string().nullish(),
  camera: z.string().nullish(),
  captureSource: z.string().nullish(),
});

export const assetData = z.object({
  path: z.string(),
  guid: z.string(),
  assetType: z.string().nullish(),
  name: z.string(),
  isFolder: z.boolean(),
  lastWriteTimeUtc: z.string().nullish(),
});
export const assetSearchData = z.object({ totalAssets: z.number(), assets: z.array(assetData) });
export const componentsData = z.array(z.object({ typeName: z.string() }));

export const prefabItemSchema = z.object({
  name: z.string(),
  path: z.string(),
  activeSelf: z.boolean(),
  childCount: z.int().nonnegative(),
  componentTypes: z.array(z.string().nullable()),
  prefab: z
    .object({ isRoot: z.boolean().nullish(), isNestedRoot: z.boolean().nullish(), assetPath: z.string().nullish() })
    .nullish(),
});
export type PrefabItem = z.infer<typeof prefabItemSchema>;
export const prefabHierarchyData = z.object({ total: z.number(), items: z.array(prefabItemSchema) });

export const buildStartedData = z.object({ job_id: z.string() });
export const buildStatusData = z.object({
  job_id: z.string().nullish(),
  result: z.string(),
  platform: z.string().nullish(),
  output_path: z.string().nullish(),
  started_at: z.string().nullish(),
  duration_seconds: z.number().nullish(),
  total_size_mb: z.number().nullish(),
  errors: z.number().nullish(),
  warnings: z.number().nullish(),
  error: z.string().nullish(),
});
export type BuildStatusData = z.infer<typeof buildStatusData>;
