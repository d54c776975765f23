import { realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { CaptureSource } from '../../../shared/contracts/functions.ts';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { parseData, type UnityCalls } from './calls.ts';
import { resolveInProject } from './diskPath.ts';
import type { ProjectFiles } from './files.ts';
import { screenshotData } from './replies.ts';
import type { CallContext, Screenshot } from './types.ts';

/**
 * A frame of the game or scene view. Unity also writes every shot into the project: it is sent to `Captures`, outside
 * `Assets`, so that it is not imported, and the file is removed once its bytes are here.
 */
export interface Preview {
  readonly render: (
    args: { source: CaptureSource; camera?: string | undefined; maxResolution: number },
    context: CallContext,
  ) => Promise<Screenshot>;
}

const folder = 'Captures';

export function makePreview(deps: {
  readonly calls: Pick<UnityCalls, 'readReply'>;
  readonly files: Pick<ProjectFiles, 'root'>;
  readonly logger: Logger;
}): Preview {
  const { calls, files, logger } = deps;

  async function removeShot(path: string | null, signal: AbortSignal): Promise<void> {
    try {
      const root = await files.root(signal);
      if (root === null || path === null) return;
      const file = await realpath(join(root, path));
      if (!file.startsWith(`${join(root, folder)}${sep}`) || !file.endsWith('.png')) return;
      await rm(file);
      await rm(`${file}.meta`, { force: true });
    } catch (error) {
      logger.debug({ err: error, path }, 'the screenshot stays in the project');
    }
  }

  /** A shot follows a link as everything does; outside the project it would stay. */
  async function requireOwnFolder(signal: AbortSignal): Promise<void> {
    const root = await files.root(signal);
    if (root === null || (await resolveInProject(root, folder)) === folder) return;
    throw new AppError(
      'unity_rejected',
      `The project's folder ${folder}, where Unity puts a screenshot, is a link to another place. Replace the link; no screenshot was taken.`,
      { data: { path: folder } },
    );
  }

  return {
    async render(args, { signal }) {
      await requireOwnFolder(signal);
      const reply = await calls.readReply(
        'manage_camera',
        {
          include_image: true,
          max_resolution: args.maxResolution,
          output_folder: folder,
          ...(args.source === 'multi_view'
            ? { action: 'screenshot_multiview' }
            : { action: 'screenshot', capture_source: args.source }),
          ...(args.camera === undefined || args.source === 'multi_view' ? {} : { camera: args.camera }),
        },
        signal,
      );
      const data = parseData(screenshotData, reply, 'manage_camera');
      await removeShot(data.path ?? null, signal);
      const size = reply.png === null ? undefined : pngSize(reply.png);
      if (reply.png === null || size === undefined) {
        throw new DependencyError('unity_failed', 'Unity took a screenshot but sent no PNG image.', {
          retryable: true,
        });
      }
      return {
        png: reply.png,
        ...size,
        camera: data.camera ?? null,
        captureSource: args.source !== 'multi_view' && data.captureSource === 'scene_view' ? 'scene_view' : args.source,
      };
    },
  };
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height from the header (PNG 5.2, 11.2.1); undefined when the bytes are no PNG. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (bytes.byteLength < 24 || !signature.equals(bytes.subarray(0, 8))) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return width > 0 && height > 0 ? { width, height } : undefined;
}
