import { v7 as uuidv7 } from 'uuid';
import {
  renderUnityPreviewArgs,
  renderUnityPreviewResult,
  type FrameView,
} from '../../../../shared/contracts/index.ts';
import { sha256Of } from '../../journal/index.ts';
import { measureFrame } from '../../frameContent.ts';
import type { FunctionDefinition } from '../types.ts';

const viewNames = { game_view: 'game view', scene_view: 'scene view', multi_view: 'six sides' } as const;

export const renderUnityPreview: FunctionDefinition<typeof renderUnityPreviewArgs, typeof renderUnityPreviewResult> = {
  name: 'renderUnityPreview',
  description:
    'Takes a picture of the game view (optionally by the name of a camera), the scene view, or the scene from six sides, and shows it to the developer. Returns its size and whether it is blank or the same as the one before.',
  args: renderUnityPreviewArgs,
  result: renderUnityPreviewResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 60_000,
  async handler(args, context) {
    const startedAt = performance.now();
    const shot = await context.unity.unityRenderPreview(args, context);
    context.addTiming('unity', performance.now() - startedAt);
    const { width, height, blank } = await (context.settings.measureFrame ?? measureFrame)(shot.png);
    const { journal } = context;
    const sha256 = sha256Of(shot.png);
    const before = journal.frames
      .list(context.sessionId)
      .findLast(({ captureSource, camera }) => captureSource === shot.captureSource && camera === shot.camera);
    const notes = notesOf(args.maxResolution, { width, height, blank });
    const frame: FrameView = {
      frameId: uuidv7(),
      sessionId: context.sessionId,
      callId: context.callId,
      changeId: journal.changes.latest(context.sessionId)?.changeId ?? null,
      sha256,
      mimeType: 'image/png',
      width,
      height,
      sizeBytes: shot.png.length,
      captureSource: shot.captureSource,
      camera: shot.camera,
      blank,
      unchanged: before?.sha256 === sha256,
      kept: true,
      createdAt: context.now(),
    };
    const remark = blank ? ' · blank' : frame.unchanged ? ' · unchanged' : '';
    return {
      result: {
        success: true,
        frameId: frame.frameId,
        width,
        height,
        blank,
        unchanged: frame.unchanged,
        ...(notes.length === 0 ? {} : { notes }),
      },
      summary: `${viewNames[shot.captureSource]} · ${width} × ${height}${remark}`,
      links: { frameId: frame.frameId },
      keep() {
        journal.frames.insert(frame, shot.png);
        const event = journal.outbox.append(
          context.sessionId,
          {
            type: 'preview.unity.frame',
            callId: context.callId,
            frameId: frame.frameId,
            ...(frame.changeId === null ? {} : { changeId: frame.changeId }),
            sha256,
            mimeType: frame.mimeType,
            width,
            height,
            sizeBytes: frame.sizeBytes,
            captureSource: frame.captureSource,
            ...(frame.camera === null ? {} : { camera: frame.camera.slice(0, 256) }),
            blank,
          },
          { frameSha256: sha256 },
        );
        return [event];
      },
      announce() {
        context.push({ name: 'frame.added', payload: { frame } });
      },
    };
  },
};

function notesOf(
  wanted: number,
  { width, height, blank }: { width: number; height: number; blank: boolean },
): string[] {
  const edge = Math.max(width, height);
  return [
    ...(blank ? ['Every pixel has the same colour: no camera draws anything, or Unity was reloading.'] : []),
    ...(edge > wanted ? [`The longest edge is ${edge} pixels; ${wanted} were asked for.`] : []),
    ...(edge * 2 < wanted
      ? [`The longest edge is only ${edge} pixels of ${wanted}: the view is small in the editor.`]
      : []),
  ];
}
