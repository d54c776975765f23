import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import type { UnityCalls } from './calls.ts';
import { makeFolderInAssets, resolveInAssets } from './diskPath.ts';
import type { KeptAssetFile } from './editTypes.ts';
import { isMissingFile } from './failures.ts';
import type { ProjectFiles } from './files.ts';
import { assetData } from './replies.ts';
import { decodeText, isBinary } from './textEncoding.ts';

/**
 * Assets as bytes, for what is not a script: textures, prefabs, scenes. Scripts go by the sha of their text, as Unity
 * counts it; everything else by the sha of its bytes, and only where the project's folder is on this machine.
 */
export interface AssetFiles extends Pick<ProjectFiles, 'sha' | 'shaFromUnity' | 'shaIn'> {
  /** The asset and its `.meta` (null when there is none or the folder cannot be read); null when it does not exist. */
  readonly read: (
    path: string,
    signal: AbortSignal,
  ) => Promise<{ readonly asset: KeptAssetFile; readonly meta: KeptAssetFile | null; readonly sha256: string } | null>;
  /** Puts files back. Never overwrites: one that is there already must have the same bytes, else `stale_file`. */
  readonly putBack: (files: readonly KeptAssetFile[], signal: AbortSignal) => Promise<void>;
}

/** What is kept in the journal before a deletion; larger assets are not deleted by SPARK. */
const maxKeptBytes = 64 * 1024 * 1024;

export const isScript = (path: string): boolean => path.toLowerCase().endsWith('.cs');

export function makeAssetFiles(deps: {
  readonly calls: Pick<UnityCalls, 'read'>;
  readonly files: ProjectFiles;
}): AssetFiles {
  const { calls, files } = deps;

  async function bytesOf(path: string, signal: AbortSignal): Promise<Buffer | null> {
    const root = await files.root(signal);
    if (root === null) throw unreadable(path);
    return await bytesIn(root, path);
  }

  async function bytesIn(root: string, path: string): Promise<Buffer | null> {
    const real = await resolveInAssets(root, path);
    if (real === null) return null;
    const stats = await stat(real);
    if (stats.isDirectory()) {
      throw new AppError('unity_rejected', `${path} is a folder; SPARK deletes single assets.`, { data: { path } });
    }
    if (stats.size > maxKeptBytes) {
      const mib = Math.ceil(stats.size / 1_048_576);
      throw new AppError(
        'unity_rejected',
        `${path} has ${mib} MiB, too much to be kept first (${maxKeptBytes / 1_048_576} MiB). Delete it in Unity.`,
        { data: { path, sizeBytes: stats.size } },
      );
    }
    return await readFile(real);
  }

  const shaOnDisk = async (path: string, signal: AbortSignal): Promise<string | null> =>
    shaOf(await bytesOf(path, signal));

  return {
    sha: (path, signal) => (isScript(path) ? files.sha(path, signal) : shaOnDisk(path, signal)),
    shaIn: async (root, path) => (isScript(path) ? await files.shaIn(root, path) : shaOf(await bytesIn(root, path))),
    async shaFromUnity(path, signal) {
      if (isScript(path)) return await files.shaFromUnity(path, signal);
      try {
        // Asked only for its place in the order: what was sent before has been carried out when this is answered.
        await calls.read('manage_asset', { action: 'get_info', path }, assetData, signal);
      } catch (error) {
        if (!(error instanceof AppError && isMissingFile(error.data['unity']))) throw error;
      }
      return await shaOnDisk(path, signal);
    },
    async read(path, signal) {
      if (isScript(path) && (await files.root(signal)) === null) {
        const file = await files.read(path, signal);
        if (file === null) return null;
        return { asset: { path, bytes: Buffer.from(file.text, 'utf8') }, meta: null, sha256: file.sha256 };
      }
      const bytes = await bytesOf(path, signal);
      if (bytes === null) return null;
      const meta = await bytesOf(`${path}.meta`, signal);
      const sha256 = isScript(path) ? await files.sha(path, signal) : shaOfBytes(bytes);
      if (sha256 === null) return null;
      return { asset: { path, bytes }, meta: meta === null ? null : { path: `${path}.meta`, bytes: meta }, sha256 };
    },
    async putBack(kept, signal) {
      const root = await files.root(signal);
      for (const file of kept) {
        const { path } = file;
        if (root === null) throw unreadable(path);
        const there = await bytesOf(path, signal);
        const { bytes } = file;
        if (there !== null) {
          if (there.equals(bytes)) continue;
          throw new AppError('stale_file', `There is another ${path} now. It was left as it is.`, { data: { path } });
        }
        await writeFile(join(await makeFolderInAssets(root, path), basename(path)), bytes, { flag: 'wx' });
      }
    },
  };
}

/** The text of an asset, or null when it is not text. */
export function textOfAsset(bytes: Uint8Array): string | null {
  return isBinary(bytes) ? null : decodeText(bytes);
}

const shaOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : shaOfBytes(bytes));
const shaOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const unreadable = (path: string): AppError =>
  new AppError(
    'unity_rejected',
    `The project's folder is not on this machine, so ${path} could not be kept first. Nothing was changed; do it in Unity.`,
    { data: { path } },
  );
