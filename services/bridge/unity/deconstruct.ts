import { open, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { uasVersion, type Uas, type UasNode, type UasValue } from '../../../shared/contracts/uas.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { clipFacts, imageFacts, materialFacts } from './assetFacts.ts';
import { throwIfCancelled, type UnityCalls } from './calls.ts';
import type { CsharpChecker } from './csharp.ts';
import { resolveInAssets } from './diskPath.ts';
import type { ProjectFiles } from './files.ts';
import { decodeText } from './textEncoding.ts';
import type { GuidMap, ProjectIndex } from './projectIndex.ts';
import { componentsData, prefabHierarchyData } from './replies.ts';
import type { AssetInfo } from './types.ts';
import { mergeNodes, uasNodesOf } from './uasTree.ts';
import { isMap, maxYamlCharacters, parseDocuments, parseYamlText, type YamlDocument } from './unityYaml.ts';
import { guidsIn, makeValues, treeOfDocuments } from './yamlTree.ts';

/**
 * Takes an asset apart. Where the project's folder is on this machine its own files are read: nothing in the editor is
 * opened, selected or loaded for it. Elsewhere, and for what the file does not hold (the insides of nested prefabs), the
 * Unity MCP is asked, which knows hierarchies of prefabs only. What neither tells is listed with the reason.
 */
export interface Deconstruct {
  readonly takeApart: (asset: AssetInfo, signal: AbortSignal) => Promise<Uas>;
}

type Parts = Pick<Uas, 'hierarchy' | 'unreadable' | 'properties' | 'types'>;

interface OnDisk {
  readonly root: string;
  /** Real path of the asset. */
  readonly file: string;
  readonly guids: GuidMap;
  /** Text of the asset when it is YAML or a script, else empty. */
  readonly text: string;
  readonly meta: string;
}

const textAssets =
  /\.(cs|unity|prefab|mat|asset|anim|controller|overridecontroller|playable|lighting|physicmaterial|physicsmaterial2d|spriteatlas|mask|mixer|preset|terrainlayer)$/i;
const images = /\.(png|jpe?g|tga|psd|bmp|gif|exr|hdr|tiff?)$/i;
const models = /\.(fbx|obj|dae|gltf|glb|blend|3ds|max|ma|mb)$/i;
const refusals: ReadonlySet<string> = new Set(['not_found', 'unity_rejected', 'unity_failed']);
const notAsked: Parts = {
  hierarchy: [],
  unreadable: [{ what: 'children of the root', why: 'Unity MCP lists the hierarchy of prefabs only' }],
};
const maxDocumentsShown = 50;
const maxDependencies = 2_000;

export function makeDeconstruct(deps: {
  readonly calls: Pick<UnityCalls, 'read'>;
  readonly files: Pick<ProjectFiles, 'root'>;
  readonly index: ProjectIndex;
  readonly csharp: Pick<CsharpChecker, 'types'>;
  /** Path of the scene that is open in the editor; its unsaved changes are not on disk. */
  readonly openScene: () => string | null;
}): Deconstruct {
  const { calls, files, index, csharp, openScene } = deps;

  async function onDisk(path: string, signal: AbortSignal): Promise<OnDisk | null> {
    const root = await files.root(signal);
    const file = root === null ? null : await resolveInAssets(root, path);
    if (root === null || file === null) return null;
    const meta = await readFile(`${file}.meta`, 'utf8').catch(() => '');
    const size = textAssets.test(path) ? (await stat(file)).size : Infinity;
    // A text of more bytes than this has more characters than are read apart anyway.
    const text = size > maxYamlCharacters * 2 ? '' : decodeText(await readFile(file));
    throwIfCancelled(signal);
    return { root, file, guids: await index.guids(root), text, meta };
  }

  async function fromUnity(asset: AssetInfo, signal: AbortSignal): Promise<Parts> {
    if (asset.path.endsWith('.prefab')) {
      return {
        hierarchy: await prefabHierarchy(asset.path, signal),
        unreadable: [
          { what: 'transforms and property values', why: 'the prefab would have to be opened in the editor' },
        ],
      };
    }
    if (!/GameObject/.test(asset.type))
      return { hierarchy: [], unreadable: [{ what: 'contents', why: whyNot(asset) }] };
    const listed = models.test(asset.path) ? await modelHierarchy(asset.path, signal) : notAsked;
    if (listed.hierarchy.length > 0) return listed;
    const args = { action: 'get_components', path: asset.path };
    const components = await calls.read('manage_asset', args, componentsData, signal);
    const types = components.map(({ typeName }) => ({ type: typeName }));
    return {
      hierarchy: [{ id: '0', name: asset.name, active: true, components: types, children: [] }],
      unreadable: listed.unreadable,
    };
  }

  /** Models are prefabs to Unity, but not to every importer; its refusal is told in its own words. */
  async function modelHierarchy(path: string, signal: AbortSignal): Promise<Parts> {
    try {
      const why = 'Unity MCP lists names and components only';
      const hierarchy = await prefabHierarchy(path, signal);
      return { hierarchy, unreadable: [{ what: 'transforms and property values', why }] };
    } catch (error) {
      if (!(error instanceof AppError && refusals.has(error.code))) throw error;
      return { hierarchy: [], unreadable: [{ what: 'children of the root', why: `Unity: ${error.message}` }] };
    }
  }

  async function prefabHierarchy(path: string, signal: AbortSignal): Promise<UasNode[]> {
    const args = { action: 'get_hierarchy', prefab_path: path };
    return uasNodesOf((await calls.read('manage_prefabs', args, prefabHierarchyData, signal)).items, path);
  }

  async function hierarchical(asset: AssetInfo, disk: OnDisk, signal: AbortSignal): Promise<Parts> {
    const documents = parseDocuments(disk.text);
    if (documents === null) return withReason(await fromUnity(asset, signal));
    const { hierarchy, unreadable } = treeOfDocuments(documents, disk.guids.pathOf);
    if (asset.path.endsWith('.unity')) {
      const isOpen = openScene() === asset.path;
      const unsaved = { what: 'changes not saved yet', why: 'the scene is open in the editor; its file was read' };
      return { hierarchy, unreadable: isOpen ? [...unreadable, unsaved] : unreadable };
    }
    if (documents.every(({ type }) => type !== 'PrefabInstance')) return { hierarchy, unreadable };
    try {
      const whole = await prefabHierarchy(asset.path, signal);
      return {
        hierarchy: mergeNodes(whole, hierarchy),
        unreadable: unreadable.filter(({ what }) => what !== 'insides of nested prefabs'),
      };
    } catch (error) {
      if (error instanceof AppError && error.code === 'cancelled') throw error;
      return { hierarchy, unreadable };
    }
  }

  const withReason = (parts: Parts): Parts => ({
    ...parts,
    unreadable: [
      ...parts.unreadable,
      {
        what: 'the file',
        why: 'it is not saved as text (Project Settings > Editor > Asset Serialization), or too large',
      },
    ],
  });

  async function fromDisk(asset: AssetInfo, disk: OnDisk, signal: AbortSignal): Promise<Parts> {
    const extension = extname(asset.path).toLowerCase();
    if (extension === '.prefab' || extension === '.unity') return await hierarchical(asset, disk, signal);
    if (extension === '.cs') return await script(disk.text);
    if (images.test(asset.path)) return await image(disk);
    if (models.test(asset.path)) {
      const parts = await fromUnity(asset, signal);
      const objects = objectsOfModel(disk.meta);
      const unread = {
        what: 'meshes, bones and clips',
        why: 'the file of the model is not read here; Unity MCP does not list them',
      };
      return { ...parts, properties: { objects }, unreadable: [...parts.unreadable, unread] };
    }
    const documents = parseDocuments(disk.text);
    if (documents !== null) return ofDocuments(documents, disk);
    return { hierarchy: [], unreadable: [{ what: 'contents', why: whyNot(asset) }] };
  }

  async function script(text: string): Promise<Parts> {
    const { types, whole } = await csharp.types(text);
    const why = 'the script has syntax errors; types may be missing';
    return { hierarchy: [], types, unreadable: whole ? [] : [{ what: 'all types', why }] };
  }

  return {
    async takeApart(asset, signal) {
      const disk = asset.isFolder ? null : await onDisk(asset.path, signal);
      const parts = disk === null ? await fromUnity(asset, signal) : await fromDisk(asset, disk, signal);
      const links = disk === null ? noLinks : linksOf(asset, disk);
      return {
        uasVersion,
        asset: { path: asset.path, guid: asset.guid, type: asset.type, name: asset.name },
        ...parts,
        ...(links.dependencies === undefined ? {} : { dependencies: links.dependencies }),
        unreadable: [...parts.unreadable, ...links.unreadable],
      };
    },
  };
}

type Links = Pick<Uas, 'dependencies' | 'unreadable'>;
const noLinks: Links = {
  unreadable: [
    {
      what: 'dependencies',
      why: "Unity MCP has no tool that lists them, and the project's folder is not readable here",
    },
  ],
};

/** What the asset refers to, by its own text and its import settings. */
function linksOf(asset: AssetInfo, { text, meta, guids }: OnDisk): Links {
  if (models.test(asset.path) && meta === '')
    return { unreadable: [{ what: 'dependencies', why: 'the asset has no .meta file yet' }] };
  const own = new Set([asset.guid]);
  const found = [...new Set([...guidsIn(text), ...guidsIn(meta)])].filter((guid) => !own.has(guid));
  const resolved = found.slice(0, maxDependencies).map((guid) => ({ guid, path: guids.pathOf(guid) }));
  const unknown = resolved.filter(({ path }) => path === null).length;
  const why = guids.complete
    ? 'their assets are in no folder of the project: in a package of the cache, or gone'
    : 'the project has too many files to be looked through';
  return {
    dependencies: resolved.flatMap(({ guid, path }) => (path === null ? [] : [{ path, guid }])),
    unreadable: unknown === 0 ? [] : [{ what: `${unknown} references`, why }],
  };
}

async function image({ file, meta }: OnDisk): Promise<Parts> {
  await using handle = await open(file);
  const buffer = Buffer.alloc(64 * 1024);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const { size: sizeBytes } = await handle.stat();
  const facts = imageFacts(buffer.subarray(0, bytesRead));
  const properties = { sizeBytes, ...facts, importSettings: importSettings(meta) };
  const why = 'its header is of a format that is not read here';
  return { hierarchy: [], properties, unreadable: facts === null ? [{ what: 'width and height', why }] : [] };
}

/** The plain values of the importer; its nested tables are per platform and long. */
function importSettings(meta: string): UasValue {
  const entry = Object.entries(parseYamlText(meta)).find(([key]) => key.endsWith('Importer'));
  const settings = entry === undefined ? undefined : entry[1];
  if (entry === undefined || !isMap(settings)) return null;
  const plain = Object.entries(settings).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  return { importer: entry[0], ...Object.fromEntries(plain as [string, UasValue][]) };
}

/** Names of what the importer found in a model, as it keeps them in the `.meta`. */
function objectsOfModel(meta: string): UasValue {
  const importer = parseYamlText(meta)['ModelImporter'];
  const table = isMap(importer) ? (importer['internalIDToNameTable'] ?? importer['fileIDToRecycleName']) : undefined;
  if (isMap(table)) return Object.values(table).map(String).slice(0, 500);
  if (!Array.isArray(table)) return [];
  return table.slice(0, 500).flatMap((row) => (isMap(row) && typeof row['second'] === 'string' ? [row['second']] : []));
}

function ofDocuments(documents: readonly YamlDocument[], { guids }: OnDisk): Parts {
  const values = makeValues(guids.pathOf);
  const [first] = documents;
  const unreadable =
    documents.length > maxDocumentsShown
      ? [{ what: `${documents.length - maxDocumentsShown} parts`, why: `only ${maxDocumentsShown} are taken apart` }]
      : [];
  const material = documents.find(({ type }) => type === 'Material');
  if (material !== undefined) return { hierarchy: [], properties: materialFacts(material, values), unreadable };
  const clip = documents.find(({ type }) => type === 'AnimationClip');
  if (clip !== undefined) return { hierarchy: [], properties: clipFacts(clip, values), unreadable };
  if (documents.length === 1 && first !== undefined)
    return { hierarchy: [], properties: values.properties(first.value), unreadable };
  const parts = documents.slice(0, maxDocumentsShown).map((document): UasValue => {
    const { type, properties = {} } = values.component(document);
    return { type, fileId: document.fileId, ...properties };
  });
  return { hierarchy: [], properties: { parts }, unreadable };
}

function whyNot(asset: AssetInfo): string {
  if (asset.isFolder) return 'a folder has no parts; search it instead';
  if (asset.path.endsWith('.unity')) return 'a scene is listed only while it is open in the editor';
  if (asset.path.endsWith('.cs')) return 'a script is text; read it instead';
  return `Unity MCP does not read the properties of ${asset.type}`;
}
