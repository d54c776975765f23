import process from 'node:process';
import { createInterface } from 'node:readline';
import { databaseVariables, makeDatabase } from '../../../database/index.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import type { SparkEvent } from '../../../shared/contracts/index.ts';
import { openJournal } from '../../bridge/journal/index.ts';
import { openPublishing } from '../../bridge/publishing.ts';
import { makeActivity, refusedWidth, type Happening } from './activity.ts';
import { publisherCommand, type PublisherStatus } from './publisherProtocol.ts';
import { makeRandom } from '../random.ts';

/**
 * The app's side as a process that can be killed: the real journal, outbox and publisher, and the app's own direct write
 * of some rows. Every event is accepted when its transaction in the journal has committed; the journal is the record of
 * that. Told what to do by lines on standard input; ends with them.
 */
const [dataDir = '', seed = '1'] = process.argv.slice(2);
const tickMs = 20;
/** Of the app's writes of its own rows; the rest is written by the consumer alone. */
const directShare = 0.1;

const config = loadConfig(readEnvironment(), [...databaseVariables, 'NATS_URL', 'SPARK_LOG_LEVEL']);
const logger = makeLogger({ name: 'spark-chaos-publisher', level: config.SPARK_LOG_LEVEL });
const random = makeRandom(Number(seed));
const activity = makeActivity(random);
let perSecond = 0;
let clockOffsetMs = 0;
let due = 0;
let writing = 0;

const journal = openJournal({
  dataDir,
  source: { app: 'spark-chaos', version: '0.0.0', host: 'sandbox' },
  userId: 'developer@example.com',
  clock: () => Date.now() + clockOffsetMs,
  logger,
});
const database = makeDatabase({ config, logger, applicationName: 'spark-chaos-publisher', maxConnections: 2 });
const publishing = openPublishing({ url: config.NATS_URL, journal, database, logger, onChange: () => undefined });

function accept({ sessionId, body, frame }: Happening): SparkEvent {
  if (body.type === 'session' && body.action === 'started') {
    journal.sessions.insert({
      sessionId,
      title: body.title,
      titleIsDefault: false,
      projectName: body.projectName ?? null,
      simulated: true,
    });
  }
  if (body.type !== 'preview.unity.frame' || frame === undefined) return journal.outbox.append(sessionId, body);
  const { frameId, sha256, mimeType, width, height, sizeBytes, captureSource, blank } = body;
  const links = { sessionId, callId: null, changeId: null, camera: null, unchanged: false, kept: true };
  const createdAt = new Date().toISOString();
  journal.frames.insert(
    { frameId, sha256, mimeType, width, height, sizeBytes, captureSource, blank, ...links, createdAt },
    frame,
  );
  return journal.outbox.append(sessionId, body, { frameSha256: sha256 });
}

async function writeDirectly(event: SparkEvent): Promise<void> {
  writing += 1;
  // As in the app: what PostgreSQL does not take now comes with the event.
  await database.write([event]).catch(() => undefined);
  writing -= 1;
}

setInterval(() => {
  due += (perSecond * tickMs) / 1_000;
  const count = Math.floor(due);
  due -= count;
  if (count === 0) return;
  const events = journal.transact(() => Array.from({ length: count }, () => accept(activity.next())));
  for (const event of events) {
    const isPoison = event.type === 'preview.unity.frame' && event.width === refusedWidth;
    if (!isPoison && writing < 4 && random.chance(directShare)) void writeDirectly(event);
  }
}, tickMs);

const say = (line: PublisherStatus | { readonly ready: true }): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = publisherCommand.parse(JSON.parse(line));
    if (command.perSecond !== undefined) perSecond = command.perSecond;
    if (command.clockOffsetMs !== undefined) clockOffsetMs = command.clockOffsetMs;
    if (command.ask !== undefined) {
      say({ answer: command.ask, depth: journal.outbox.depth(), writing, status: publishing.status().kind });
    }
  })
  .on('close', () => process.exit());
say({ ready: true });
