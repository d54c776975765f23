import process from 'node:process';
import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';

import { connectDemoClient } from './apiClient.ts';
import { sayingWhatFailed } from '../stack/failure.ts';
import { openLiveEnvironment, openSandboxEnvironment } from './environment.ts';
import { playDemo } from './play.ts';
import { renderTable } from './table.ts';

const command = new Command('spark-demo')
  .description(
    'Plays "Create a player controller" through every program of SPARK and reads the evidence of each step back from ' +
      'the store it names. Without --live it starts its own PostgreSQL, NATS, consumer and stand-ins for Unity and the model.',
  )
  .option('--json', 'print the report as one JSON object on standard output')
  .option('--keep', 'stay up afterwards and print the address of the window')
  .option('--live', 'use the configured servers (.env.example) instead of the sandbox')
  .version(packageJson.version);
command.parse();
const { json = false, keep = false, live = false } = command.opts<{ json?: boolean; keep?: boolean; live?: boolean }>();

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

await runProgram({
  logger: makeLogger({ name: 'spark-demo', level: 'error' }),
  deadlineMs: 20_000,
  run: sayingWhatFailed(async (lifecycle) => {
    const logger = makeLogger({ name: 'spark-demo', level: 'error' });
    const started = performance.now();
    const onProgress = (message: string): void => say(`  ${message}`);
    say(`SPARK ${packageJson.version}: the way of one request${live ? ' on the configured servers' : ''}`);
    const environment = live
      ? await openLiveEnvironment({ lifecycle, logger, onProgress })
      : await openSandboxEnvironment({ lifecycle, logger, onProgress });
    say(`  everything is up after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (!live)
      say('  simulated: the Unity Editor and the model; real: PostgreSQL, its replica, NATS, consumer, bridge');

    const client = await connectDemoClient(environment.url);
    lifecycle.own('client', () => client.close());
    const report = await playDemo({
      client,
      evidence: environment.evidence,
      projectDir: environment.projectDir,
      mode: environment.mode,
      signal: lifecycle.signal,
      onStep: (step) => {
        if (!lifecycle.signal.aborted) say(`  ${step.ok ? '✓' : '✗'} ${step.name} (${step.ms} ms)`);
      },
    });
    // A step that Ctrl-C interrupted has not failed.
    if (lifecycle.signal.aborted) return;
    say(renderTable(report, Math.min(process.stderr.columns ?? 120, 160)));
    say(
      report.ok
        ? `All steps were read back from their stores in ${(report.totalMs / 1000).toFixed(1)} s.`
        : 'The demo failed at the step marked ✗.',
    );
    const { ok, mode, totalMs, steps } = report;
    if (json) console.log(JSON.stringify({ ok, mode, totalMs, steps }));
    if (keep) {
      say(`\nThe window: ${environment.url}\nStop it with Ctrl-C.`);
      await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    return report.ok ? 0 : 1;
  }),
});
