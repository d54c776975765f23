import { join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../stack/environment.ts';
import { repositoryDir } from '../stack/paths.ts';
import { runTool } from '../stack/tool.ts';

/** Builds the window that the web host serves: a few seconds, needed only when a person will look at it. */
export async function buildWindow(options: {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}): Promise<void> {
  options.onProgress('building the window');
  await runTool({
    command: process.execPath,
    args: [join(repositoryDir, 'build/renderer.ts')],
    env: toolEnvironment(),
    cwd: repositoryDir,
    name: 'build of the window',
    signal: options.signal,
    timeoutMs: 300_000,
  });
}
