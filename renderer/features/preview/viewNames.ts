import type { CaptureSource } from '../../../shared/contracts/functions.ts';

export const viewNames: Readonly<Record<CaptureSource, string>> = {
  game_view: 'Game view',
  scene_view: 'Scene view',
  multi_view: 'Six sides',
};
