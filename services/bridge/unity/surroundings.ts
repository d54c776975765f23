import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import { throwIfCancelled } from './calls.ts';
import type { CsharpChecker } from './csharp.ts';
import type { ProjectFiles } from './files.ts';
import { scriptPath } from './plans.ts';
import { filesOf } from './projectIndex.ts';
import type { AssetInfo, ScriptSurroundings } from './types.ts';

/**
 * What someone who writes a script should know of its project: the file as it is, what the scripts beside it and those it
 * names offer, and the render pipeline. Nothing of it is needed to write, so what cannot be read is left out.
 */
export interface Surroundings {
  /** Rejects with `path_outside_assets` or `unity_rejected` for a path that no script may have, and with `cancelled`. */
  readonly of: (
    args: { readonly name: string; readonly path?: string | undefined; readonly text: string },
    signal: AbortSignal,
  ) => Promise<ScriptSurroundings>;
}

/** Scripts read at most: a folder of a game has fewer; without the folder on this machine each costs a call. */
const maxBeside = 40;
const maxNamed = 40;
const maxThroughUnity = 10;
/** A longer script is data or generated; its surface would crowd out the others. */
const maxScriptCharacters = 200_000;

export function makeSurroundings(deps: {
  readonly files: Pick<ProjectFiles, 'read' | 'root'>;
  readonly csharp: Pick<CsharpChecker, 'surface'>;
  /** The scripts of one folder, by Unity; used where the project's folder is not on this machine. */
  readonly scriptsIn: (folder: string, signal: AbortSignal) => Promise<readonly AssetInfo[]>;
}): Surroundings {
  const { files, csharp, scriptsIn } = deps;

  /** What cannot be read is as if it were not there. */
  async function ifPossible<T>(work: Promise<T>, otherwise: T, signal: AbortSignal): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof AppError && error.code === 'cancelled') throw error;
      return otherwise;
    }
  }

  async function nearby(root: string | null, path: string, text: string, signal: AbortSignal): Promise<string[]> {
    const folder = folderOf(path);
    if (root === null) {
      const found = await ifPossible(scriptsIn(folder, signal), [], signal);
      const beside = found.filter((asset) => folderOf(asset.path) === folder && asset.path !== path);
      return beside.map((asset) => asset.path).slice(0, maxThroughUnity);
    }
    const { files: all } = await filesOf(root, (name) => name.endsWith('.cs'), signal);
    const others = all.filter((file) => file.startsWith('Assets/') && file !== path).toSorted();
    const words = new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
    const isNamed = (file: string): boolean => words.has(stemOf(file));
    const beside = others.filter((file) => folderOf(file) === folder);
    const elsewhere = others.filter((file) => folderOf(file) !== folder && isNamed(file));
    // What the text names comes first: it is what the new code will call.
    const nearest = beside.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
    return [...nearest.slice(0, maxBeside), ...elsewhere.slice(0, maxNamed)].toSorted(
      (a, b) => Number(isNamed(b)) - Number(isNamed(a)),
    );
  }

  return {
    async of({ name, path: place, text }, signal) {
      const path = scriptPath(name, place);
      const current = (await files.read(path, signal))?.text ?? null;
      const root = await ifPossible(files.root(signal), null, signal);
      const neighbours: { path: string; surface: string }[] = [];
      for (const near of await nearby(root, path, `${text}\n${current ?? ''}`, signal)) {
        const script = await ifPossible(files.read(near, signal), null, signal);
        if (script === null || script.text.length > maxScriptCharacters) continue;
        const surface = await csharp.surface(script.text);
        if (surface !== '') neighbours.push({ path: near, surface });
      }
      return {
        path,
        className: stemOf(path),
        current,
        neighbours,
        renderPipeline: root === null ? null : await renderPipelineOf(root),
      };
    },
  };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.cs$/, '');

/** By the packages that the project asks for: a pipeline that is installed is used, or is about to be. */
async function renderPipelineOf(root: string): Promise<string | null> {
  const manifest = await readFile(join(root, 'Packages/manifest.json'), 'utf8').catch(() => null);
  if (manifest === null) return null;
  if (manifest.includes('"com.unity.render-pipelines.universal"')) return 'Universal (URP)';
  if (manifest.includes('"com.unity.render-pipelines.high-definition"')) return 'High Definition (HDRP)';
  return 'Built-in';
}
