import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, sep } from 'node:path';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { throwIfCancelled, type UnityCalls } from './calls.ts';
import { copyWhole, toCopyError } from './copyWhole.ts';
import { makeFolderInAssets, resolveInAssets } from './diskPath.ts';
import { contentWarningOf } from './fileSignature.ts';
import { requireAssetPath, type ProjectFiles } from './files.ts';
import type { ProjectIndex } from './projectIndex.ts';
import type { AssetInfo, CallContext, ImportOutcome, IngestedAsset, IngestPlan } from './types.ts';
import { guidsIn } from './yamlTree.ts';

/**
 * Files from outside become assets: copied in under a safe name beside nothing else, then imported by Unity. The copy
 * appears whole or not at all (a hidden file that is linked to its name), and never over another. Code is not let in
 * this way: a script is shown as text first, and a library would run in the editor unseen.
 */
export interface Ingest {
  readonly plan: (args: { source: string; path?: string | undefined }, context: CallContext) => Promise<IngestPlan>;
  /** Rejects only when nothing was copied. */
  readonly bringIn: (plan: IngestPlan, context: CallContext) => Promise<ImportOutcome>;
  /** What the asset's own files tell beside what Unity told. */
  readonly describe: (asset: AssetInfo, context: CallContext) => Promise<IngestedAsset>;
}

const maxBytes = 512 * 1024 * 1024;
const largeBytes = 64 * 1024 * 1024;
/** Larger texts are not looked through for references. */
const maxTextBytes = 16 * 1024 * 1024;
const kinds: readonly (readonly [type: string, folder: string, extensions: string])[] = [
  ['image', 'Textures', 'png jpg jpeg tga psd bmp gif exr hdr tif tiff'],
  ['model', 'Models', 'fbx obj dae glb gltf'],
  ['sound', 'Audio', 'wav mp3 ogg aif aiff flac'],
  ['video', 'Video', 'mp4 mov webm'],
  ['font', 'Fonts', 'ttf otf'],
  ['text', 'Data', 'txt json xml csv yaml md'],
];

export function makeIngest(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly files: Pick<ProjectFiles, 'root'>;
  readonly index: ProjectIndex;
  readonly info: (path: string, signal: AbortSignal) => Promise<AssetInfo>;
}): Ingest {
  const { calls, files, index, info } = deps;

  async function requireRoot(signal: AbortSignal): Promise<string> {
    const root = await files.root(signal);
    if (root !== null) return root;
    throw new AppError(
      'unity_rejected',
      "The project's folder is not on this machine, so no file can be copied into it. Add the file in Unity.",
    );
  }

  async function describe(asset: AssetInfo, { signal }: CallContext): Promise<IngestedAsset> {
    const root = asset.isFolder ? null : await files.root(signal);
    const file = root === null ? null : await resolveInAssets(root, asset.path);
    if (root === null || file === null) return asset;
    const { size } = await stat(file);
    const meta = await readFile(`${file}.meta`, 'utf8').catch(() => '');
    const text = size > maxTextBytes ? '' : await readFile(file, 'latin1');
    const guids = await index.guids(root);
    const users = await index.usersOf(root, asset.guid, signal);
    const importer = /^(\w+Importer):/m.exec(meta)?.[1];
    const found = new Set([...guidsIn(text), ...guidsIn(meta)]);
    found.delete(asset.guid);
    return {
      ...asset,
      sizeBytes: size,
      ...(importer === undefined ? {} : { importer }),
      dependencies: [...found].flatMap((guid) => {
        const path = guids.pathOf(guid);
        return path === null ? [] : [{ path, guid }];
      }),
      usedBy: [...users.paths],
      usedByComplete: users.complete,
    };
  }

  return {
    describe,

    async plan({ source, path }, { signal }) {
      const root = await requireRoot(signal);
      const file = await requireSource(source, root);
      const [type, folder] = requireKind(file.path);
      const wanted = path === undefined ? `Assets/${folder}` : requireAssetPath(path.replace(/\/+$/, ''));
      const isFolder = path === undefined || path.endsWith('/') || (await isFolderName(root, wanted));
      const target = isFolder ? `${wanted}/${safeName(file.path)}` : wanted;
      if (extname(target).toLowerCase() !== extname(file.path).toLowerCase())
        throw refused(
          target,
          `its extension is not that of ${basename(file.path)}; if it is a new folder, name it ${target}/`,
        );
      const free = isFolder ? await freeName(root, requireAssetPath(target), file.path) : requireAssetPath(target);
      const there = await resolveInAssets(root, free);
      if (there !== null && !(await isSame(there, file.path)))
        throw new AppError('stale_file', `${free} exists already. Give another path; nothing was copied.`, {
          data: { path: free },
        });
      const content = await contentWarningOf(file.path);
      const warnings = [
        ...(content === null ? [] : [content]),
        ...(file.sizeBytes > largeBytes ? ['A large file: importing takes a while.'] : []),
        ...(there === null ? [] : [`${free} has these very bytes already: nothing is copied, Unity only looks at it.`]),
      ];
      const { sizeBytes, modifiedAtMs } = file;
      return { source: file.path, path: free, sizeBytes, modifiedAtMs, type, warnings };
    },

    async bringIn(plan, context) {
      const { signal } = context;
      const root = await requireRoot(signal);
      const now = await requireSource(plan.source, root);
      if (now.sizeBytes !== plan.sizeBytes || now.modifiedAtMs !== plan.modifiedAtMs)
        throw new AppError('stale_file', `${plan.source} changed while you were deciding. Nothing was copied.`, {
          data: { path: plan.source },
        });
      const there = await resolveInAssets(root, plan.path);
      const copied = there === null;
      if (there !== null && !(await isSame(there, plan.source)))
        throw new AppError('stale_file', `There is another ${plan.path} now. Nothing was copied.`, {
          data: { path: plan.path },
        });
      throwIfCancelled(signal);
      if (copied) {
        const folder = await makeFolderInAssets(root, plan.path).catch((error: unknown) => {
          throw toCopyError(error, plan.source, plan.path);
        });
        await copyWhole({ source: plan.source, folder, name: basename(plan.path), path: plan.path });
      }
      const sha256 = await sha256OfFile(join(root, plan.path));
      try {
        const args = { mode: 'force', scope: 'assets', compile: 'none', wait_for_ready: true };
        // The asset is read next, and that waits for the import, too; a lost answer here is nothing.
        await calls.attempt('refresh_unity', args, signal);
        return { asset: await describe(await info(plan.path, signal), context), copied, sha256, warning: null };
      } catch (error) {
        // The copy is in the project, whatever Unity says of it: that is no call that failed.
        return { asset: notImported(plan), copied, sha256, warning: notImportedYet(plan.path, error) };
      }
    },
  };
}

interface Source {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

async function requireSource(source: string, root: string): Promise<Source> {
  if (!isAbsolute(source)) throw refused(source, 'it is not an absolute path');
  let path: string;
  try {
    path = await realpath(source);
  } catch (error) {
    throw new AppError('not_found', `There is no file ${source}.`, { data: { path: source }, cause: error });
  }
  if (path.startsWith(`${root}${sep}`))
    throw refused(source, 'it lies in the project already; give its path under Assets/');
  const stats = await stat(path);
  if (!stats.isFile()) throw refused(source, 'it is not a file');
  if (stats.size === 0) throw refused(source, 'it is empty');
  if (stats.size > maxBytes) throw refused(source, `it is larger than ${maxBytes / 1_048_576} MiB; add it in Unity`);
  return { path, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs };
}

function requireKind(file: string): readonly [type: string, folder: string] {
  const extension = extname(file).slice(1).toLowerCase();
  const kind = kinds.find(([, , extensions]) => extensions.split(' ').includes(extension));
  if (kind === undefined || extension === '')
    throw refused(file, `files of the kind ".${extension}" are not copied in; add it in Unity if you trust it`);
  return [`${extension.toUpperCase()} ${kind[0]}`, kind[1]];
}

/** A folder's name may have a dot: what is there decides first. */
async function isFolderName(root: string, path: string): Promise<boolean> {
  if (extname(path) === '') return true;
  const there = await resolveInAssets(root, path);
  return there !== null && (await stat(there)).isDirectory();
}

/** A name that every system takes: what is not allowed becomes `_`. */
export function safeName(file: string): string {
  const extension = extname(file);
  const suffix = extension.toLowerCase();
  const cleaned = basename(file, extension)
    .normalize('NFC')
    // oxlint-disable-next-line no-control-regex -- control characters are what this replaces
    .replaceAll(/[\u0000-\u001f<>:"|?*\\/~]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const stem = cleaned
    .slice(0, 100)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .trim();
  const isAccepted = (name: string): boolean => parseAssetPath(`Assets/${name}${suffix}`).kind === 'ok';
  if (stem !== '' && isAccepted(stem)) return `${stem}${suffix}`;
  // Invisible characters, look-alikes, too many bytes, or a name that Windows reserves.
  const plain = stem.replaceAll(/[^\w .-]/gu, '_');
  return `${plain !== '' && isAccepted(plain) ? plain : `Imported_${plain}`}${suffix}`;
}

/** One that has the same bytes is the same file, brought in before. */
async function freeName(root: string, path: string, source: string): Promise<string> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (let nth = 0; nth < 100; nth += 1) {
    const candidate = nth === 0 ? path : `${stem} ${nth}${extension}`;
    const there = await resolveInAssets(root, candidate).catch(isTaken);
    if (there === null || (there !== true && (await isSame(there, source)))) return candidate;
  }
  throw refused(path, 'a hundred files of this name are there already');
}

/** A name that differs only in case is taken; a folder that is a link out of the project is no place at all. */
function isTaken(error: unknown): true {
  if (error instanceof AppError && error.code === 'unity_rejected') return true;
  throw error;
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one), stat(other)]);
  if (!first.isFile() || first.size !== second.size) return false;
  return (await sha256OfFile(one)) === (await sha256OfFile(other));
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What is known of a copy that Unity has not told of: it has no guid yet. */
const notImported = ({ path, type, sizeBytes }: IngestPlan): IngestedAsset => ({
  path,
  guid: '',
  type,
  name: basename(path, extname(path)),
  isFolder: false,
  sizeBytes,
});

const notImportedYet = (path: string, error: unknown): string =>
  `${path} is copied, but not imported yet: ${error instanceof Error ? error.message : String(error)} Unity imports it when it looks next; read the asset then.`;

const refused = (path: string, why: string): AppError =>
  new AppError('unity_rejected', `${path} is not taken: ${why}. Nothing was copied.`, { data: { path } });
