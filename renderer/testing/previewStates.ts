import type { FrameView, SessionSnapshot } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleChange, sampleFrame, sampleSnapshot } from './samples.ts';

const change = sampleChange(2);
const frames = [
  sampleFrame(1),
  sampleFrame(2, { blank: true }),
  sampleFrame(3, { unchanged: true }),
  sampleFrame(4, { changeId: idOf(2) }),
];
const shown = (snapshot: Partial<SessionSnapshot>, more: Partial<GalleryState> = {}): GalleryState => ({
  snapshot: sampleSnapshot({ changes: [change], ...snapshot }),
  window: { panelTab: 'preview' },
  ...more,
});
const longCamera: FrameView = sampleFrame(1, {
  camera: 'Cameras/Cinematics/Act 2/Bridge/Camera that looks over the bridge towards the castle',
  captureSource: 'game_view',
  width: 512,
  height: 2048,
});

export const previewStates: Readonly<Record<string, GalleryState>> = {
  preview: shown({ frames }),
  previewEmpty: shown({}),
  previewCompare: shown({ frames }, { press: 'Compare with' }),
  previewZoomed: shown({ frames }, { press: 'Larger' }),
  previewMany: shown({ frames: Array.from({ length: 400 }, (_, index) => sampleFrame(index)) }),
  preview4k: shown({ frames: [1, 2, 3].map((n) => sampleFrame(n, { width: 3_840, height: 2_160 })) }),
  previewTall: shown({ frames: [longCamera] }),
  previewNotKept: shown({ frames: [...frames, sampleFrame(5, { kept: false })] }),
};
