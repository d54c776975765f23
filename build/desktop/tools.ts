import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { readEnvironment } from '../../shared/node/config/index.ts';

export const targets = { linux: ['deb', 'rpm', 'tar.gz', 'AppImage'], darwin: ['dmg'], win32: ['nsis'] } as const;
export type Target = (typeof targets)[keyof typeof targets][number];

/** Made when nothing else is asked for: all that needs no other download. */
export function usualTargets(platform: NodeJS.Platform): readonly Target[] {
  if (platform === 'linux') return ['deb', 'rpm', 'tar.gz'];
  return platform === 'darwin' || platform === 'win32' ? targets[platform] : [];
}

/** One line per tool that a target needs and that is not here, with how to get it; or why a target is not for this system. */
export function missingTools(
  wanted: readonly string[],
  system: {
    readonly platform: NodeJS.Platform;
    readonly has: (command: string) => boolean;
    readonly appImageTools: string | undefined;
  },
): string[] {
  const { platform, has } = system;
  const known: readonly string[] =
    platform === 'linux' || platform === 'darwin' || platform === 'win32' ? targets[platform] : [];
  return wanted.flatMap((target) => {
    if (!known.includes(target))
      return [`${target} is not made on ${platform}; here: ${known.join(', ') || 'nothing'}`];
    if (target === 'deb' && !has('dpkg-deb')) return ['deb needs dpkg-deb (Debian and Fedora: package dpkg)'];
    if (target === 'rpm' && !has('rpmbuild')) return ['rpm needs rpmbuild (Debian: package rpm; Fedora: rpm-build)'];
    if (target === 'tar.gz' && !has('tar')) return ['tar.gz needs GNU tar (package tar)'];
    if (target === 'AppImage' && system.appImageTools === undefined && !has('mksquashfs'))
      return [
        'AppImage needs mksquashfs (Debian: package squashfs-tools) and the AppImage runtime; electron-builder downloads both, or takes them from the folder that APPIMAGE_TOOLS_PATH names',
      ];
    return [];
  });
}

/** This machine. */
export const thisSystem = () => ({
  platform: process.platform,
  has: (command: string): boolean => spawnSync(command, ['--version']).error === undefined,
  appImageTools: readEnvironment()['APPIMAGE_TOOLS_PATH'],
});
