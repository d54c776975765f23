import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { runTool } from '../services/sandbox/stack/tool.ts';
import type { Environment } from '../shared/node/config/index.ts';

export type DesktopBinary =
  { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly why: string };

const electronDir = join(repositoryDir, 'node_modules/electron');
const downloadTimeoutMs = 90_000;

/** Electron's binary, downloaded with its own installer when it is not there; or why there is none. */
export async function findDesktopBinary(options: {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}): Promise<DesktopBinary> {
  const { env, signal, onProgress } = options;
  const missing = (why: string): DesktopBinary => ({ kind: 'missing', why });
  if (process.platform === 'linux') {
    if ((env.DISPLAY ?? '') === '' && (env.WAYLAND_DISPLAY ?? '') === '') return missing('this machine has no display');
    // Its sandbox does not run as root, and SPARK does not run without it.
    if (process.getuid?.() === 0) return missing('Electron does not run as root with its sandbox on');
  }
  if (!existsSync(join(electronDir, 'install.js'))) return missing('the package electron is not installed');
  if (binaryPath() === undefined) {
    onProgress('downloading Electron');
    try {
      await runTool({
        command: process.execPath,
        args: [join(electronDir, 'install.js'), '--no'],
        env: toolEnvironment(),
        cwd: repositoryDir,
        name: 'install-electron',
        signal,
        timeoutMs: downloadTimeoutMs,
      });
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
      return missing(`its binary could not be downloaded: ${message}`);
    }
  }
  const path = binaryPath();
  return path === undefined ? missing('its installer left no binary') : { kind: 'found', path };
}

function binaryPath(): string | undefined {
  try {
    const path = join(electronDir, 'dist', readFileSync(join(electronDir, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
