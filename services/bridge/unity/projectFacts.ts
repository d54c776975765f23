import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a project is built on and how it is laid out, for the model; read from its files, so Unity is asked nothing. */
export interface ProjectFacts {
  /** Null when it cannot be told. */
  readonly renderPipeline: 'Built-in' | 'Universal (URP)' | 'High Definition (HDRP)' | null;
  readonly hasInputSystem: boolean;
  /** Folders under `Assets/`, and those under `Assets/Scripts/`, as paths; the first ones of many. */
  readonly folders: readonly string[];
}

const maxFolders = 24;

/** Null when the project's folder cannot be read. */
export async function readProjectFacts(root: string): Promise<ProjectFacts | null> {
  const [packages, graphics, top, scripts] = await Promise.all([
    readText(join(root, 'Packages/manifest.json')),
    readText(join(root, 'ProjectSettings/GraphicsSettings.asset')),
    foldersIn(root, 'Assets'),
    foldersIn(root, 'Assets/Scripts'),
  ]);
  if (packages === null && top.length === 0) return null;
  const dependencies = packages ?? '';
  return {
    renderPipeline: pipelineOf(dependencies, graphics),
    hasInputSystem: dependencies.includes('"com.unity.inputsystem"'),
    folders: [...top, ...scripts].slice(0, maxFolders),
  };
}

/** A package alone is not in use: the graphics settings name an asset of it. */
function pipelineOf(dependencies: string, graphics: string | null): ProjectFacts['renderPipeline'] {
  const asset = graphics === null ? null : /^\s*m_CustomRenderPipeline:\s*\{fileID:\s*(-?\d+)/m.exec(graphics)?.[1];
  if (asset === '0') return 'Built-in';
  const hasUniversal = dependencies.includes('"com.unity.render-pipelines.universal"');
  const hasHighDefinition = dependencies.includes('"com.unity.render-pipelines.high-definition"');
  if (hasUniversal === hasHighDefinition) return hasUniversal || asset != null ? null : 'Built-in';
  return hasUniversal ? 'Universal (URP)' : 'High Definition (HDRP)';
}

async function readText(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}

async function foldersIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .map((entry) => `${folder}/${entry.name}`)
    .toSorted();
}
