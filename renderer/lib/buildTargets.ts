import type { RouteInput } from '../../shared/contracts/api/index.ts';

export type BuildTarget = RouteInput<'build.start'>['target'];

/** In the order of the menu. */
export const targetNames: Readonly<Record<BuildTarget, string>> = {
  windows64: 'Windows (64 bit)',
  osx: 'macOS',
  linux64: 'Linux (64 bit)',
  android: 'Android',
  ios: 'iOS',
  webgl: 'WebGL',
  uwp: 'Universal Windows',
  tvos: 'tvOS',
  visionos: 'visionOS',
};

export const isTarget = (value: string): value is BuildTarget => Object.hasOwn(targetNames, value);
