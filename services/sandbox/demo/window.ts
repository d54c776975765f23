import { join } from 'node:path';
import process from 'node:process';
import { toolEnvironment } from '../stack/environment.ts';
import { repositoryDir } from '../stack/paths.ts';
import { runTool } from '../stack/tool.ts';

/** Builds the window that the web host serves, unless it is there and newer than its sources: a few seconds, once. */
export async function buildWindow(options: {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}): Promise<void> {
  options.onProgress('preparing the window');
  await runTool({
    command: process.execPath,
    args: [join(repositoryDir, 'build/renderer.ts'), '--if-needed'],
    env: toolEnvironment(),
    cwd: repositoryDir,
    name: 'build of the window',
    signal: options.signal,
    timeoutMs: 300_000,
  });
}
