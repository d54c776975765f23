import { parentPort } from 'node:worker_threads';
import { serveHeavyTasks } from './serve.ts';

/** The thread of a program that has no processes of its own to give: the web host, and tests. */
const port = parentPort;
if (port !== null)
  serveHeavyTasks({
    post: (answer) => port.postMessage(answer),
    onRequest: (listener) => void port.on('message', listener),
  });
