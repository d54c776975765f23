import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from './calls.ts';
import { guidsIn } from './yamlTree.ts';

/**
 * Which asset has which guid, and which assets refer to one: read from the `.meta` and YAML files of a project whose
 * folder is on this machine. Unity itself is asked nothing and loads nothing. All of it is bounded, and what the bounds
 * cut off is said, so that "nobody uses this" is never claimed of a project that was not looked through.
 */
export interface ProjectIndex {
  /** Guids known now; looked for again when one is missing that a newer file may have. */
  readonly guids: (root: string) => Promise<GuidMap>;
  /** Assets whose text refers to the guid. */
  readonly usersOf: (
    root: string,
    guid: string,
    signal: AbortSignal,
  ) => Promise<{ readonly paths: readonly string[]; readonly complete: boolean }>;
}

export interface GuidMap {
  readonly pathOf: (guid: string) => string | null;
  readonly guidOf: (path: string) => string | null;
  readonly complete: boolean;
}

const maxFiles = 60_000;
const maxFileBytes = 4 * 1024 * 1024;
const maxSearchBytes = 256 * 1024 * 1024;
const maxUsers = 200;
const freshMs = 10_000;
const together = 16;
/** Resources that are part of every editor. */
const builtIn: Readonly<Record<string, string>> = {
  '0000000000000000e000000000000000': 'Library/unity default resources',
  '0000000000000000f000000000000000': 'Resources/unity_builtin_extra',
};
const yamlAssets =
  /\.(unity|prefab|mat|asset|anim|controller|overrideController|playable|lighting|physicMaterial|physicsMaterial2D|spriteatlas|mask|mixer|preset|terrainlayer|shadergraph|meta)$/i;

export function makeProjectIndex(deps: { readonly clock: { readonly now: () => number } }): ProjectIndex {
  let known: { readonly root: string; readonly at: number; readonly map: Promise<GuidMap> } | undefined;

  /** Shared by all who ask meanwhile, so nobody's cancellation ends it; it is bounded. */
  async function learn(root: string): Promise<GuidMap> {
    const { signal } = new AbortController();
    const pathOf = new Map<string, string>(Object.entries(builtIn));
    const guidOf = new Map<string, string>();
    const { files, complete } = await filesOf(root, (name) => name.endsWith('.meta'), signal);
    await eachOf(files, signal, async (path) => {
      const guid = /^guid: ([0-9a-f]{32})/m.exec(await headOf(join(root, path)))?.[1];
      if (guid === undefined) return;
      const asset = path.slice(0, -'.meta'.length);
      pathOf.set(guid, asset);
      guidOf.set(asset, guid);
    });
    return {
      pathOf: (guid) => pathOf.get(guid) ?? null,
      guidOf: (path) => guidOf.get(path) ?? null,
      complete,
    };
  }

  return {
    async guids(root) {
      const now = deps.clock.now();
      if (known === undefined || known.root !== root || now - known.at > freshMs) {
        known = { root, at: now, map: learn(root) };
      }
      const current = known;
      try {
        return await current.map;
      } catch (error) {
        if (known === current) known = undefined;
        throw error;
      }
    },

    async usersOf(root, guid, signal) {
      const { files, complete } = await filesOf(root, (name) => yamlAssets.test(name), signal);
      const users = new Set<string>();
      let [bytes, whole] = [0, complete];
      await eachOf(files, signal, async (path) => {
        if (users.size >= maxUsers || bytes > maxSearchBytes) {
          whole = false;
          return;
        }
        const size = (await stat(join(root, path)).catch(() => null))?.size ?? 0;
        if (size > maxFileBytes) {
          whole = false;
          return;
        }
        bytes += size;
        const text = await readFile(join(root, path), 'latin1').catch(() => '');
        const isOwn = path.endsWith('.meta') && text.includes(`\nguid: ${guid}`);
        if (text.includes(guid) && !isOwn && guidsIn(text).includes(guid)) users.add(path.replace(/\.meta$/, ''));
      });
      return { paths: [...users].toSorted(), complete: whole };
    },
  };
}

/** Files below `Assets` and of packages that stand in the project; folders that Unity hides are left out. */
export async function filesOf(
  root: string,
  wanted: (name: string) => boolean,
  signal: AbortSignal,
): Promise<{ readonly files: readonly string[]; readonly complete: boolean }> {
  const files: string[] = [];
  const folders = ['Assets', 'Packages'];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    throwIfCancelled(signal);
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      // Unity ignores these, and links may lead in circles.
      if (entry.name.startsWith('.') || entry.name.endsWith('~') || entry.isSymbolicLink()) continue;
      seen += 1;
      if (entry.isDirectory()) folders.push(`${folder}/${entry.name}`);
      else if (wanted(entry.name)) files.push(`${folder}/${entry.name}`);
    }
    if (seen > maxFiles) return { files, complete: false };
  }
  return { files, complete: true };
}

async function eachOf(
  paths: readonly string[],
  signal: AbortSignal,
  work: (path: string) => Promise<void>,
): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      throwIfCancelled(signal);
      await work(path);
    }
  };
  await Promise.all(Array.from({ length: together }, run));
}

/** The guid stands in the second line; importer settings after it may be long. */
async function headOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(256);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  }
}
