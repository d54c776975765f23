import process from 'node:process';
import { serveHeavyTasks, type HeavyRequest } from '../../../services/bridge/heavy/index.ts';

/** A utility process of the desktop app: decodes pictures, searches the journal and compares long texts, so that main never does. */
const port = process.parentPort;
serveHeavyTasks({
  post: (answer) => port.postMessage(answer),
  // Only main has the other end of this port.
  onRequest: (listener) => void port.on('message', ({ data }) => listener(data as HeavyRequest)),
});
