import type { Intent } from '../steps.ts';

const platforms: readonly (readonly [RegExp, string])[] = [
  [/\bwindows|\bwin64\b|\bpc\b|\.exe\b/i, 'windows64'],
  [/\bmac(os)?\b|\bosx\b/i, 'osx'],
  [/\blinux\b/i, 'linux64'],
  [/\bandroid\b|\bapk\b/i, 'android'],
  [/\bios\b|\biphone\b|\bipad\b/i, 'ios'],
  [/\bweb(gl)?\b|\bbrowser\b/i, 'webgl'],
  [/\buwp\b/i, 'uwp'],
  [/\btvos\b|\bapple tv\b/i, 'tvos'],
  [/\bvision ?(os|pro)\b/i, 'visionos'],
];

/** "build for Android", "make a Windows build"; Linux when no platform is named. */
export const build: Intent = ({ text }) => {
  const platform = platforms.find(([asks]) => asks.test(text))?.[1];
  const plainly = /\bbuild (it|the (game|project|player))\b|\b(a|the|new|start|run) build\b|^\s*build\b[.!\s]*$/i.test(
    text,
  );
  if (!/\bbuilds?\b/i.test(text) || (platform === undefined && !plainly)) return [];
  const target = platform ?? 'linux64';
  return [
    {
      kind: 'call',
      tool: 'runUnityBuild',
      arguments: { target, development: /\b(development|debug|dev)\b/i.test(text) },
      announce: `I'll start a build for \`${target}\`.`,
      parallel: false,
      notes: [],
    },
  ];
};
