import { makeStandInCommand, runStandIn, wholeNumber } from '../standIn.ts';
import { startRealtimeSimulator } from './index.ts';

const command = makeStandInCommand(
  'realtime-simulator',
  'The stand-in of the Realtime model: a WebSocket server on loopback that speaks the Realtime protocol.',
)
  .option('--key <key>', 'bearer key that clients must send; a random one when absent')
  .option('--delta-ms <number>', 'from one streamed piece to the next, in milliseconds', wholeNumber(60_000), 15)
  .option(
    '--session-ms <number>',
    'a session ends after so many milliseconds; the default is as the service has it',
    wholeNumber(86_400_000),
    3_600_000,
  )
  .option(
    '--control',
    'open the control channel: GET /sim/activity and /sim/log, POST /sim/play, /sim/inject, /sim/refuse',
    false,
  )
  .parse();

const { sessionMs, ...rest } = command.opts<{
  port: number;
  key?: string;
  deltaMs: number;
  sessionMs: number;
  control: boolean;
}>();

await runStandIn(command, async () => {
  const { url, key, close } = await startRealtimeSimulator({ ...rest, sessionLengthMs: sessionMs });
  return { ready: { url, key }, close };
});
