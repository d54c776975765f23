import { v7 as uuidv7 } from 'uuid';
import {
  renderUnityPreviewArgs,
  renderUnityPreviewResult,
  type FrameView,
} from '../../../../shared/contracts/index.ts';
import { sha256Of } from '../../journal/index.ts';
import { measureFrame } from '../frameContent.ts';
import type { FunctionDefinition } from '../types.ts';

export const renderUnityPreview: FunctionDefinition<typeof renderUnityPreviewArgs, typeof renderUnityPreviewResult> = {
  name: 'renderUnityPreview',
  description:
    'Takes a picture of the game view or the scene view and shows it to the developer. Returns its size and whether it is blank or the same as the one before.',
  args: renderUnityPreviewArgs,
  result: renderUnityPreviewResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 60_000,
  async handler(args, context) {
    const startedAt = performance.now();
    const shot = await context.unity.unityRenderPreview(args, context);
    context.addTiming('unity', performance.now() - startedAt);
    const { width, height, blank } = measureFrame(shot.png);
    const { journal } = context;
    const sha256 = sha256Of(shot.png);
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
      unchanged: journal.frames.latest(context.sessionId)?.sha256 === sha256,
      kept: true,
      createdAt: context.now(),
    };
    const remark = blank ? ' · blank' : frame.unchanged ? ' · unchanged' : '';
    return {
      result: { success: true, frameId: frame.frameId, width, height, blank, unchanged: frame.unchanged },
      summary: `${args.source === 'game_view' ? 'game view' : 'scene view'} · ${width} × ${height}${remark}`,
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
