import { parseArgs } from 'node:util';
import { ConfigError, configExitCode, loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { startRealtimeSimulator } from './index.ts';

const help = `The stand-in of the Realtime model: a WebSocket server on loopback that speaks the Realtime protocol.

Usage: node services/sandbox/realtime/main.ts [--port N] [--key KEY] [--delta-ms N] [--session-ms N] [--control]

  --port N       port on 127.0.0.1; 0 (the default) takes a free one
  --key KEY      bearer key that clients must send; a random one when absent
  --delta-ms N   pause before each streamed piece, in milliseconds; default 15
  --session-ms N a session ends after so many milliseconds; default 3600000, as the service has it
  --control      open the control channel: GET /sim/activity and /sim/log, POST /sim/play, /sim/inject, /sim/refuse
  --help         this text

Prints one JSON line when it is ready: {"ready":true,"url":"ws://127.0.0.1:PORT/v1/realtime","key":"..."}
Ends on Ctrl-C. SPARK_LOG_LEVEL sets what it logs on standard error.`;

const wholeNumber = (text: string, name: string, max: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new RangeError(`--${name} must be a whole number from 0 to ${max}.`);
  return value;
};

interface Arguments {
  readonly port: number;
  readonly key: string | undefined;
  readonly deltaMs: number;
  readonly sessionLengthMs: number;
  readonly control: boolean;
  readonly level: string;
}

function readArguments(): Arguments | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      key: { type: 'string' },
      'delta-ms': { type: 'string', default: '15' },
      'session-ms': { type: 'string', default: '3600000' },
      control: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    port: wholeNumber(values.port, 'port', 65_535),
    key: values.key,
    control: values.control,
    sessionLengthMs: wholeNumber(values['session-ms'], 'session-ms', 86_400_000),
    deltaMs: wholeNumber(values['delta-ms'], 'delta-ms', 60_000),
    level: loadConfig(readEnvironment(), ['SPARK_LOG_LEVEL']).SPARK_LOG_LEVEL,
  };
}

let options: ReturnType<typeof readArguments> | undefined;
try {
  options = readArguments();
} catch (error) {
  const isConfig = error instanceof ConfigError;
  console.error(isConfig ? error.message : `${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = isConfig ? configExitCode : 64;
}

if (options === 'help') {
  console.log(help);
} else if (options !== undefined) {
  const { level, key, ...rest } = options;
  const logger = makeLogger({ name: 'realtime-simulator', level });
  await runProgram({
    logger,
    run: async (lifecycle) => {
      const simulator = await startRealtimeSimulator({ ...rest, ...(key === undefined ? {} : { key }) });
      lifecycle.own('realtime simulator', simulator.close);
      console.log(JSON.stringify({ ready: true, url: simulator.url, key: simulator.key }));
      logger.info({ url: simulator.url, simulated: true }, 'the stand-in of the model is ready');
      await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
    },
  });
}
