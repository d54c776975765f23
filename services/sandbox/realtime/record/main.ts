import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { Command } from 'commander';
import { loadConfig, readEnvironment } from '../../../../shared/node/config/index.ts';
import { runProgram } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { compareRecording } from './compare.ts';
import { recordSession } from './record.ts';
import { formatRecording, parseRecording } from './recording.ts';

/** For the first person who has a key: is the real service what the engine and the stand-in take it for? */
const logger = makeLogger({ name: 'realtime-record', level: 'error' });
const names = ['OPENAI_REALTIME_API_KEY', 'SPARK_REALTIME_URL', 'SPARK_REALTIME_MODEL'] as const;

const program = new Command('realtime').description('Records a short real session, and compares a recording.');
program
  .command('record')
  .description('holds a short session with the real service (a few cents) and keeps both directions, secrets removed')
  .option('--out <file>', 'where the recording goes', 'realtime-recording.jsonl')
  .option('--audio', 'also one spoken answer')
  .action(async ({ out, audio = false }: { out: string; audio?: boolean }) => {
    await runProgram({
      logger,
      async run(lifecycle) {
        const config = loadConfig(readEnvironment(), names, ['OPENAI_REALTIME_API_KEY']);
        const lines = await recordSession({
          url: config.SPARK_REALTIME_URL,
          key: config.OPENAI_REALTIME_API_KEY,
          model: config.SPARK_REALTIME_MODEL,
          audio,
          signal: lifecycle.signal,
        });
        await writeFile(out, formatRecording(lines), { mode: 0o600 });
        process.stderr.write(`${lines.length} events are in ${out}. Next: npm run realtime:compare ${out}\n`);
      },
    });
  });
program
  .command('compare')
  .description('plays a recording to the stand-in and to the engine; exit code 1 when they differ')
  .argument('<file>', 'what realtime:record wrote')
  .option('--json', 'print one JSON object')
  .action(async (file: string, { json }: { json?: boolean }) => {
    await runProgram({
      logger,
      async run() {
        const lines = parseRecording(await readFile(file, 'utf8'));
        const differences = await compareRecording(lines);
        const text = differences.length === 0 ? 'No differences.' : differences.join('\n');
        console.log(json === true ? JSON.stringify({ events: lines.length, differences }) : text);
        return differences.length === 0 ? 0 : 1;
      },
    });
  });
await program.parseAsync();
