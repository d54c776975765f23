import process from 'node:process';
import { requestFrameSchema } from '../../../shared/contracts/index.ts';
import { makeDispatcher } from '../../../shared/node/api/index.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { bridgeVariables, openBridge } from '../index.ts';
import { silentLogger } from './testJournal.ts';

/**
 * Started by a test to be killed: a whole bridge, spoken to over the process's own channel with the frames that a window
 * uses. A push carries the moment it was made, on the monotonic clock of the machine.
 */
const config = loadConfig(readEnvironment(), [...bridgeVariables]);
const lifecycle = makeLifecycle({ logger: silentLogger });
const bridge = await openBridge({ config, logger: silentLogger, lifecycle, hostKind: 'desktop', version: '0.0.0' });
const dispatch = makeDispatcher({ handlers: bridge.api, logger: silentLogger });
const send = (message: object): void => void process.send?.(message);

bridge.subscribe((event) => {
  send({ kind: 'push', name: event.name, payload: event.payload, atMs: Number(process.hrtime.bigint()) / 1e6 });
});
process.on('message', (message) => {
  void dispatch(requestFrameSchema.parse(message)).then(send);
});
// Its parent is gone: it must not outlive it.
process.on('disconnect', () => process.exit());
send({ kind: 'ready' });
