import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import { runOnStorm } from '../multilang/program.ts';
import { runSpout } from '../multilang/spout.ts';
import { makeEventSpout } from './eventSpout.ts';
import { makeNatsSource } from './natsSource.ts';

void runOnStorm('spark-storm-spout', async ({ lifecycle, logger, link, pipes }) => {
  const source = makeNatsSource({ link, logger, lifecycle, nowMs: Date.now });
  const spout = makeEventSpout({ ...source, rest: () => waitMs(1) });
  // Whichever ends first: Storm goes, or pulling can never work.
  await Promise.race([runSpout(pipes, spout), source.run()]);
});
