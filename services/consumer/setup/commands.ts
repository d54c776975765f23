import { Command, InvalidArgumentError } from 'commander';
import { delimiter } from 'node:path';
import { readLayers } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { personAtTerminal } from './person.ts';
import { setUp } from './setUp.ts';
import { systemd } from './systemd.ts';

/** `setup`; `run` ends the program with the code that the task resolves to. */
export function setupCommand(
  run: (task: (needs: { readonly lifecycle: Lifecycle; readonly logger: Logger }) => Promise<number>) => Promise<void>,
  { say }: { readonly say: (text: string) => void },
): Command {
  return new Command('setup')
    .description(
      'ask for the configuration or read it from the variables, test the connections, show what will be done, and do it: ' +
        'roles and schema, streams and durable, the file that SPARK_ENV_FILE names (packaged: /etc/spark/consumer.env), ' +
        'the service; then wait for the first event',
    )
    .option('-y, --yes', 'ask nothing: everything comes from the variables, and what is shown is done')
    .option('--dry-run', 'show what would be done and change nothing')
    .option('--wait <seconds>', 'how long the first event is waited for; 0: not at all', parseWait, 60)
    .action((flags: { readonly yes?: true; readonly dryRun?: true; readonly wait: number }) =>
      run(({ lifecycle, logger }) => {
        const layers = readLayers();
        return setUp({
          layers,
          person: flags.yes === true ? undefined : personAtTerminal(lifecycle.signal),
          yes: flags.yes === true,
          dryRun: flags.dryRun === true,
          file: layers.environment['SPARK_ENV_FILE']?.split(delimiter)[0],
          service: systemd,
          waitMs: flags.wait * 1_000,
          say,
          lifecycle,
          logger,
        });
      }),
    );
}

function parseWait(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0) throw new InvalidArgumentError('A whole number of seconds.');
  return seconds;
}
