import { makeStandInCommand, runStandIn, wholeNumber } from '../standIn.ts';
import { startCodeModelSimulator } from './index.ts';

const command = makeStandInCommand(
  'code-model-simulator',
  'The stand-in of the code model: an HTTP server on loopback that speaks the Messages API of Anthropic.',
)
  .option('--key <key>', 'key that clients must send; a random one when absent')
  .option('--delta-ms <number>', 'pause before each streamed piece, in milliseconds', wholeNumber(60_000), 15)
  .parse();

await runStandIn(command, async () => {
  const options = command.opts<{ port: number; key?: string; deltaMs: number }>();
  const { url, key, close } = await startCodeModelSimulator(options);
  return { ready: { url, key }, close };
});
