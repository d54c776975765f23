import process from 'node:process';
import { standInNames } from '../../../services/sandbox/standInSet.ts';
import { startStandIn } from '../../../services/sandbox/standIns.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { StandInMessage } from './messages.ts';

/**
 * A utility process of the desktop app: one stand-in of the sandbox, named by the first argument, its files below the
 * second. It says where it listens, and ends when it is told to, or with the app.
 */
const [wanted, folder] = process.argv.slice(2);
const port = process.parentPort;
const tell = (message: StandInMessage): void => port.postMessage(message);

async function run(): Promise<void> {
  const name = standInNames.find((known) => known === wanted);
  if (name === undefined || folder === undefined) throw new InvariantError('A stand-in was started without its name.');
  const standIn = await startStandIn(name, folder);
  port.on('message', () => {
    void standIn.close().finally(() => process.exit(0));
  });
  tell({ kind: 'ready', env: standIn.env });
}

run().catch((error: unknown) => {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
});
