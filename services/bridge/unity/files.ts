import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { UnityCalls } from './calls.ts';
import { resolveInAssets } from './diskPath.ts';
import { isMissingFile } from './failures.ts';
import { projectInfoData, scriptData, shaData } from './replies.ts';
import { decodeText, isBinary, isLossy, markedEncodingOf, type MarkedEncoding } from './textEncoding.ts';

/**
 * Text and sha256 of the project's files as Unity sees them: over the UTF-8 of the text without its BOM, line endings
 * kept. From disk when the project's folder is on this machine, else through the MCP, which carries whole texts only up
 * to 10,000 characters; a longer one is noticed by its sha and refused rather than cut.
 */
export interface FileText {
  readonly text: string;
  readonly sha256: string;
  /** Absent: UTF-8 without a byte order mark, or not known because the project's folder cannot be read here. */
  readonly encoding?: MarkedEncoding;
  /** Bytes that are no valid text were replaced by U+FFFD; writing this text back would destroy them. */
  readonly lossy?: true;
}

export interface ProjectFiles {
  /** The project's folder when it can be read here. */
  readonly root: (signal: AbortSignal) => Promise<string | null>;
  /** Null when there is no such file. */
  readonly read: (path: string, signal: AbortSignal) => Promise<FileText | null>;
  readonly sha: (path: string, signal: AbortSignal) => Promise<string | null>;
  /**
   * The sha as the editor itself reports it. The editor answers in order, so this answer comes after everything that was
   * sent before it has been carried out or is lost for good.
   */
  readonly shaFromUnity: (path: string, signal: AbortSignal) => Promise<string | null>;
  /** From disk only, in a folder that is known already: asks the editor nothing. */
  readonly shaIn: (root: string, path: string) => Promise<string | null>;
}

/** More than any script that a person would read; a text of this size is data. */
const maxTextBytes = 4 * 1024 * 1024;

export function makeProjectFiles(deps: {
  readonly calls: Pick<UnityCalls, 'read' | 'readResource'>;
  readonly logger: Logger;
  /** Only a server on this machine can name a folder of this machine. */
  readonly local: boolean;
  /** Given: used as it is. */
  readonly projectRoot?: string | undefined;
  /** The pinned editor; another one has another root. */
  readonly instanceId: () => string | null;
}): ProjectFiles {
  const { calls, logger, local, projectRoot, instanceId } = deps;
  const known = new Map<string, Promise<string | null>>();

  async function learnRoot(signal: AbortSignal): Promise<string | null> {
    if (projectRoot !== undefined) return await readableRoot(projectRoot);
    if (!local) return null;
    const info = await calls.readResource('mcpforunity://project/info', projectInfoData, signal);
    return info.projectRoot == null ? null : await readableRoot(info.projectRoot);
  }

  async function root(signal: AbortSignal): Promise<string | null> {
    const key = instanceId() ?? '';
    const learning = known.get(key) ?? learnRoot(signal);
    known.set(key, learning);
    try {
      return await learning;
    } catch (error) {
      known.delete(key);
      // Another caller's cancellation is not this one's.
      if (error instanceof AppError && error.code === 'cancelled' && !signal.aborted) return await root(signal);
      if (error instanceof AppError && ['not_found', 'unity_rejected', 'unity_failed'].includes(error.code)) {
        logger.debug({ err: error }, 'the server does not tell where the project is');
        return null;
      }
      throw error;
    }
  }

  async function fromDisk(folder: string, path: string): Promise<FileText | null> {
    const real = await resolveInAssets(folder, path);
    if (real === null) return null;
    const { size } = await stat(real);
    if (size > maxTextBytes) throw tooLarge(path, size);
    let bytes: Buffer;
    try {
      bytes = await readFile(real);
    } catch (error) {
      if (isMissing(error)) return null;
      throw isFolder(error)
        ? new AppError('unity_rejected', `${path} is a folder, not a file.`, { data: { path } })
        : error;
    }
    if (isBinary(bytes)) throw binary(path);
    const text = decodeText(bytes);
    const encoding = markedEncodingOf(bytes);
    return {
      text,
      sha256: sha256Of(text),
      ...(encoding === null ? {} : { encoding }),
      ...(isLossy(bytes, text) ? { lossy: true } : {}),
    };
  }

  async function shaFromUnity(path: string, signal: AbortSignal): Promise<string | null> {
    try {
      // It settles writes, so it passes those that wait.
      return (await calls.read('get_sha', { uri: path }, shaData, signal, 'look')).sha256;
    } catch (error) {
      if (error instanceof AppError && isMissingFile(error.data['unity'])) return null;
      throw error;
    }
  }

  async function fromUnity(path: string, signal: AbortSignal): Promise<FileText | null> {
    const sha256 = await shaFromUnity(path, signal);
    if (sha256 === null) return null;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1).replace(/\.cs$/, '');
    const args = { action: 'read', name, path: path.slice(0, slash) };
    const { contents } = await calls.read('manage_script', args, scriptData, signal);
    const text = contents ?? '';
    if (sha256Of(text) === sha256) return { text, sha256 };
    throw new AppError(
      'unity_rejected',
      `${path} cannot be read whole: the Unity MCP carries at most 10,000 characters of a script, and the project's folder is not on this machine.`,
      { data: { path, characters: text.length } },
    );
  }

  return {
    root,
    shaFromUnity,
    async read(path, signal) {
      const folder = await root(signal);
      return folder === null ? await fromUnity(path, signal) : await fromDisk(folder, path);
    },
    async sha(path, signal) {
      const folder = await root(signal);
      if (folder === null) return await shaFromUnity(path, signal);
      return (await fromDisk(folder, path))?.sha256 ?? null;
    },
    shaIn: async (folder, path) => (await fromDisk(folder, path))?.sha256 ?? null,
  };
}

/** The path when it lies in the project's `Assets/`; else rejects with `path_outside_assets`. */
export function requireAssetPath(input: string): string {
  const parsed = parseAssetPath(input);
  if (parsed.kind === 'ok') return parsed.path;
  throw new AppError('path_outside_assets', `${JSON.stringify(input)} is refused: ${parsed.why}.`, {
    data: { path: input },
  });
}

export const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

async function readableRoot(folder: string): Promise<string | null> {
  if (!isAbsolute(folder)) return null;
  try {
    const real = await realpath(folder);
    return (await stat(join(real, 'Assets'))).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

const binary = (path: string): AppError =>
  new AppError('unity_rejected', `${path} is not a text file; SPARK changes only texts. Nothing was written.`, {
    data: { path },
  });

const tooLarge = (path: string, sizeBytes: number): AppError =>
  new AppError(
    'unity_rejected',
    `${path} has ${Math.ceil(sizeBytes / 1024)} KiB; SPARK reads texts up to ${maxTextBytes / 1024} KiB. Nothing was written.`,
    { data: { path, sizeBytes } },
  );

const isFolder = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EISDIR';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
