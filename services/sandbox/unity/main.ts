import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { defaultProjectDir, startUnitySimulator } from './index.ts';

/** `node services/sandbox/unity/main.ts`: the stand-in for a Unity Editor, until SIGTERM. One JSON line says it is ready. */
const program = new Command('unity-simulator')
  .description(
    'Stands in for a Unity Editor with MCP for Unity: an MCP server on 127.0.0.1 over a real project folder.',
  )
  .option('--port <number>', 'port of the MCP server; 0 takes a free one', toNumber, 0)
  .option('--project <dir>', 'project folder, made when it is missing', defaultProjectDir)
  .option('--compile-ms <number>', 'length of a script compile', toNumber, 300)
  .option('--reload-ms <number>', 'length of a domain reload', toNumber, 150)
  .option('--build-ms <number>', 'length of a build', toNumber, 4000)
  .option('--build-blocks', 'a build blocks the main thread, as in Unity', false)
  .option('--token <text>', 'requests must carry this token')
  .option('--control', 'open /sim/faults, /sim/editor and /sim/activity for tests and benchmarks', false)
  .parse();

const options = program.opts<{
  port: number;
  project: string;
  compileMs: number;
  reloadMs: number;
  buildMs: number;
  buildBlocks: boolean;
  token?: string;
  control: boolean;
}>();

await runProgram({
  logger: makeLogger({ name: 'unity-simulator', level: 'info' }),
  async run(lifecycle) {
    const { project, ...rest } = options;
    const simulator = await startUnitySimulator({ projectDir: project, ...rest });
    lifecycle.own('unity simulator', simulator.close);
    const ready = { ready: true, url: simulator.url, projectDir: simulator.projectDir };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    await new Promise<void>((resolve) => {
      lifecycle.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  },
});

function toNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('must be a whole number of at least 0');
  return number;
}
