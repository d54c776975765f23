import { Command } from 'commander';
import { loadConfig, readEnvironment } from '../../shared/node/config/index.ts';
import { runProgram, waitMs } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { connectNats } from '../../shared/node/messaging/index.ts';
import { openBareJetStream } from '../../shared/node/messaging/testing/bareJetStream.ts';
import { appMix } from '../workload.ts';

/*
 * Offers events in the app's mix at an even rate, in a process of its own: what it is late, or busy with, is then no
 * part of what the measuring process sees. Ends with code 0 when everything is acknowledged.
 */
const command = new Command('bench-load')
  .requiredOption('--rate <n>', 'messages a second', Number)
  .requiredOption('--seconds <n>', 'how long', Number);
command.parse();
const { rate, seconds } = command.opts<{ rate: number; seconds: number }>();
const tickMs = 5;

const logger = makeLogger({ name: 'bench-load', level: 'warn' });
await runProgram({
  logger,
  async run(lifecycle) {
    const { signal } = lifecycle;
    const { NATS_URL: url } = loadConfig(readEnvironment(), ['NATS_URL'], ['NATS_URL']);
    const link = connectNats({ url, name: 'bench-load', logger });
    lifecycle.own('nats', () => link.close());
    await link.ready(signal);
    const bare = await openBareJetStream(link);
    const messages = appMix(rate * seconds);
    console.log(JSON.stringify({ ready: true }));
    const begun = performance.now();
    const sending: Promise<number>[] = [];
    while (sending.length < messages.length && !signal.aborted) {
      // By the clock, not by the number of ticks: a late tick sends what is due.
      const due = Math.min(messages.length, Math.ceil(((performance.now() - begun) * rate) / 1_000) + 1);
      for (const { subject, id, bytes } of messages.slice(sending.length, due)) {
        sending.push(bare.publish(subject, id, bytes));
      }
      await waitMs(tickMs, signal);
    }
    await Promise.all(sending);
  },
});
