import { readFileSync, rmSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { guidOf, instanceIdOf, isFolder, listAssets, readText, writeText } from './files.ts';
import { fail, integerOf, succeed, textOf, type Body } from './reply.ts';

/** The asset database: `.meta` files with guids, types by extension, and the plugin command `manage_asset`. */
export interface AssetDatabase {
  /** Makes sure that the asset and its folders have `.meta` files. */
  readonly importAsset: (path: string) => void;
  /** Imports everything under Assets. */
  readonly refresh: () => void;
  readonly guidOf: (path: string) => string | null;
  readonly pathOf: (guid: string) => string | null;
  readonly execute: (params: Body) => Body;
}

const types: Readonly<Record<string, readonly [type: string, importer: string]>> = {
  '.cs': ['UnityEditor.MonoScript', 'MonoImporter'],
  '.prefab': ['UnityEngine.GameObject', 'PrefabImporter'],
  '.fbx': ['UnityEngine.GameObject', 'ModelImporter'],
  '.obj': ['UnityEngine.GameObject', 'ModelImporter'],
  '.unity': ['UnityEditor.SceneAsset', 'DefaultImporter'],
  '.mat': ['UnityEngine.Material', 'NativeFormatImporter'],
  '.asset': ['UnityEngine.ScriptableObject', 'NativeFormatImporter'],
  '.anim': ['UnityEngine.AnimationClip', 'NativeFormatImporter'],
  '.png': ['UnityEngine.Texture2D', 'TextureImporter'],
  '.jpg': ['UnityEngine.Texture2D', 'TextureImporter'],
  '.jpeg': ['UnityEngine.Texture2D', 'TextureImporter'],
  '.tga': ['UnityEngine.Texture2D', 'TextureImporter'],
  '.wav': ['UnityEngine.AudioClip', 'AudioImporter'],
  '.mp3': ['UnityEngine.AudioClip', 'AudioImporter'],
  '.ogg': ['UnityEngine.AudioClip', 'AudioImporter'],
  '.shader': ['UnityEngine.Shader', 'ShaderImporter'],
  '.txt': ['UnityEngine.TextAsset', 'TextScriptImporter'],
  '.json': ['UnityEngine.TextAsset', 'TextScriptImporter'],
};

export function makeAssetDatabase(projectDir: string): AssetDatabase {
  const pathByGuid = new Map<string, string>();

  function importAsset(path: string): void {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && parent !== 'Assets') importAsset(parent);
    const metaPath = join(projectDir, `${path}.meta`);
    if (readText(metaPath) === null) writeText(metaPath, metaText(path, isFolder(join(projectDir, path))));
    const guid = readGuid(path);
    if (guid !== null) pathByGuid.set(guid, path);
  }

  function readGuid(path: string): string | null {
    return /^guid: ([0-9a-f]{32})/m.exec(readText(join(projectDir, `${path}.meta`)) ?? '')?.[1] ?? null;
  }

  function exists(path: string): boolean {
    return statSync(join(projectDir, path), { throwIfNoEntry: false }) !== undefined;
  }

  function info(path: string, withPreview: boolean): Body {
    importAsset(path);
    const stats = statSync(join(projectDir, path));
    const preview = withPreview && extname(path).toLowerCase() === '.png' ? readPng(join(projectDir, path)) : null;
    return {
      path,
      guid: readGuid(path),
      assetType: typeOf(path, stats.isDirectory()),
      name: basename(path, extname(path)),
      fileName: basename(path),
      isFolder: stats.isDirectory(),
      instanceID: instanceIdOf(path),
      lastWriteTimeUtc: stats.mtime.toISOString().replace('Z', '0000Z'),
      previewBase64: preview?.base64 ?? null,
      previewWidth: preview?.width ?? 0,
      previewHeight: preview?.height ?? 0,
    };
  }

  function search(params: Body): Body {
    const folder = assetPath(textOf(params, 'path', 'Assets'));
    // As in Unity, a path that is no folder silently becomes the whole project.
    const scope = isFolder(join(projectDir, folder)) ? folder : 'Assets';
    const type = textOf(params, 'filterType').toLowerCase();
    const pattern = textOf(params, 'searchPattern').toLowerCase().replaceAll('*', '');
    const after = Date.parse(textOf(params, 'filterDateAfter'));
    const matches = listAssets(projectDir, scope).filter((path) => {
      const isDirectory = isFolder(join(projectDir, path));
      if (type !== '' && !matchesType(typeOf(path, isDirectory), type)) return false;
      if (!basename(path).toLowerCase().includes(pattern)) return false;
      return Number.isNaN(after) || statSync(join(projectDir, path)).mtimeMs > after;
    });
    const pageSize = integerOf(params, 'pageSize') ?? 50;
    const pageNumber = integerOf(params, 'pageNumber') ?? 1;
    const page = matches.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
    const assets = page.map((path) => info(path, params['generatePreview'] === true));
    return succeed(`Found ${matches.length} asset(s). Returning page ${pageNumber} (${assets.length} assets).`, {
      totalAssets: matches.length,
      pageSize,
      pageNumber,
      assets,
    });
  }

  function remove(path: string): Body {
    const guid = readGuid(path);
    rmSync(join(projectDir, path), { recursive: true });
    rmSync(join(projectDir, `${path}.meta`), { force: true });
    if (guid !== null) pathByGuid.delete(guid);
    return succeed(`Asset '${path}' deleted successfully.`);
  }

  return {
    importAsset,
    refresh() {
      for (const path of listAssets(projectDir, 'Assets')) importAsset(path);
    },
    guidOf: readGuid,
    pathOf: (guid) => pathByGuid.get(guid) ?? null,
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      if (action === 'search') return search(params);
      const path = assetPath(textOf(params, 'path'));
      if (!exists(path) || path.includes('..')) return fail(`Asset not found at path: ${path}`);
      if (action === 'get_info')
        return succeed('Asset info retrieved.', info(path, params['generatePreview'] === true));
      if (action === 'import') return succeed(`Asset '${path}' reimported.`, info(path, false));
      if (action === 'delete') return remove(path);
      return fail(`The sandbox's Unity does not carry out manage_asset '${action}'.`);
    },
  };
}

/** `Textures/A.png` means `Assets/Textures/A.png`. */
function assetPath(path: string): string {
  const clean = path.replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  return clean === 'Assets' || clean.startsWith('Assets/') ? clean : `Assets/${clean}`;
}

function typeOf(path: string, isDirectory: boolean): string {
  if (isDirectory) return 'UnityEditor.DefaultAsset';
  return types[extname(path).toLowerCase()]?.[0] ?? 'UnityEditor.DefaultAsset';
}

function matchesType(type: string, filter: string): boolean {
  const short = type.slice(type.lastIndexOf('.') + 1).toLowerCase();
  const names = { gameobject: ['prefab', 'model'], monoscript: ['script'], sceneasset: ['scene'] }[short] ?? [];
  return filter === short || filter === type.toLowerCase() || names.includes(filter);
}

function metaText(path: string, isDirectory: boolean): string {
  const importer = isDirectory ? 'DefaultImporter' : (types[extname(path).toLowerCase()]?.[1] ?? 'DefaultImporter');
  return [
    'fileFormatVersion: 2',
    `guid: ${guidOf(path)}`,
    ...(isDirectory ? ['folderAsset: yes'] : []),
    `${importer}:`,
    '  externalObjects: {}',
    '  userData: ',
    '  assetBundleName: ',
    '  assetBundleVariant: ',
    '',
  ].join('\n');
}

function readPng(path: string): { base64: string; width: number; height: number } {
  const bytes = readFileSync(path);
  return { base64: bytes.toString('base64'), width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
