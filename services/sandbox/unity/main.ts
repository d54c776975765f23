import { makeStandInCommand, runStandIn, wholeNumber } from '../standIn.ts';
import { defaultProjectDir, startUnitySimulator } from './index.ts';

const milliseconds = wholeNumber(86_400_000);

const command = makeStandInCommand(
  'unity-simulator',
  'Stands in for a Unity Editor with MCP for Unity: an MCP server on 127.0.0.1 over a real project folder.',
)
  .option('--project <dir>', 'project folder, made when it is missing', defaultProjectDir)
  .option('--compile-ms <number>', 'length of a script compile', milliseconds, 300)
  .option('--reload-ms <number>', 'length of a domain reload', milliseconds, 150)
  .option('--build-ms <number>', 'length of a build', milliseconds, 4_000)
  .option('--build-blocks', 'a build blocks the main thread, as in Unity', false)
  .option('--token <text>', 'requests must carry this token')
  .option('--control', 'open /sim/faults, /sim/editor and /sim/activity for tests and benchmarks', false)
  .parse();

const { project, ...rest } = command.opts<{
  port: number;
  project: string;
  compileMs: number;
  reloadMs: number;
  buildMs: number;
  buildBlocks: boolean;
  token?: string;
  control: boolean;
}>();

await runStandIn(command, async () => {
  const { url, projectDir, close } = await startUnitySimulator({ projectDir: project, ...rest });
  return { ready: { url, projectDir }, close };
});
