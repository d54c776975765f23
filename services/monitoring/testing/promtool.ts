import { toolEnvironment } from '../../sandbox/stack/environment.ts';
import { runTool } from '../../sandbox/stack/tool.ts';
import { findDebianTool, type DebianTool } from './debianTool.ts';

/** Prometheus's own checker. */
export const findPromtool = (): Promise<DebianTool> =>
  findDebianTool({ command: 'promtool', packageName: 'prometheus' });

export const runPromtool = (path: string, args: readonly string[], cwd: string): Promise<string> =>
  runTool({
    name: `promtool ${args.slice(0, 2).join(' ')}`,
    command: path,
    args,
    env: toolEnvironment(),
    cwd,
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  });
