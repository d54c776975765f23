import {
  alertDurableName,
  alertStreamName,
  deadLetterStreamName,
  durableName,
  framesBucket,
  streamName,
} from '../../../shared/contracts/index.ts';
import {
  ensureDurable,
  ensureStreams,
  findForbidden,
  findStream,
  readDurable,
  readNatsClock,
  readNatsFacts,
  type DurableOptions,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { alertDurableOptions } from '../alerts/keeper.ts';
import { durableOptions } from '../consumer.ts';
import { limitsOf, type Settings } from '../settings.ts';
import { readyWithin } from '../startup.ts';
import { compareClock } from './clock.ts';
import { failed, ok, warning, worstOf, type Finding, type ServerProbes } from './report.ts';

const connectMs = 5_000;
const worrying = 0.5;
const setUp = 'The consumer does it when it starts; now: spark-nats-consumer setup.';

/** What the consumer needs of NATS; asks and changes nothing. */
export function natsProbes(link: NatsLink, settings: Settings, signal: AbortSignal): ServerProbes {
  let planned: Promise<readonly string[]> | undefined;
  /** What a setup would do, asked once for all streams. */
  const plan = () => (planned ??= ensureStreams(link, { replicas: settings.SPARK_NATS_REPLICAS, dryRun: true }));
  const streams = [streamName, deadLetterStreamName, alertStreamName, `OBJ_${framesBucket}`];
  return {
    advice: 'Check NATS_URL, the SPARK_NATS_* files, that the server runs with JetStream, and the rights of the user.',
    connection: {
      name: 'NATS',
      run: async () => {
        await readyWithin(connectMs, link, signal);
        const { version, server, cluster, roundTripMs } = await readNatsFacts(link);
        const where = cluster === null ? 'single server' : `cluster ${cluster}`;
        return ok(`${server}, nats-server ${version}, ${where}, round trip ${roundTripMs.toFixed(1)} ms`);
      },
    },
    others: [
      ...streams.map((name) => ({
        name: `stream ${name}`,
        run: async () => worstOf([...(await usageOf(link, name)), ...settingsOf(name, await plan())]),
      })),
      { name: `consumer ${durableName}`, run: () => durable(link, durableOptions(limitsOf(settings))) },
      { name: `consumer ${alertDurableName}`, run: () => durable(link, alertDurableOptions(limitsOf(settings))) },
      { name: 'rights in NATS', run: () => rights(link) },
      { name: 'dead letters', run: () => deadLetters(link) },
      { name: 'clock of NATS', run: () => compareClock('NATS', () => readNatsClock(link, streamName)) },
    ],
  };
}

async function usageOf(link: NatsLink, name: string): Promise<[Finding]> {
  const facts = await findStream(link, name);
  if (facts === null) return [warning('is not there', setUp)];
  const stored = `${facts.messages} messages, ${mebibytes(facts.bytes)}`;
  if (facts.maxBytes === null) return [ok(`${stored}, no limit`)];
  const share = facts.bytes / facts.maxBytes;
  const found = `${stored} of ${mebibytes(facts.maxBytes)} (${Math.round(share * 100)} %)`;
  if (share < worrying) return [ok(found)];
  return [
    warning(found, `A full stream refuses what is new. Give it more: nats stream edit ${name} --max-bytes=<bytes>.`),
  ];
}

/** The lines of a dry run that are about this stream; one that is not there is told already. */
function settingsOf(name: string, plan: readonly string[]): Finding[] {
  const about = plan.filter((line) => line.split(/[ :]/).includes(name) && !line.startsWith('would make'));
  if (about.length === 0) return [];
  return about.map((line) =>
    line.startsWith('would ') ? warning(line, setUp) : warning(line, 'It works as it is; the line says what differs.'),
  );
}

async function durable(link: NatsLink, wanted: DurableOptions): Promise<Finding> {
  const { stream = streamName, name = durableName } = wanted;
  if ((await findStream(link, stream)) === null) return warning('is not there, as its stream is not', setUp);
  const [change] = await ensureDurable(link, { ...wanted, dryRun: true });
  if (change?.startsWith('would make') === true) return warning('is not there', setUp);
  const { pending, unacknowledged } = await readDurable(link, name, stream);
  const stands = ok(`${pending} waiting, ${unacknowledged} unacknowledged`);
  if (change === undefined) return stands;
  return worstOf([
    stands,
    warning(change, `${setUp} Instances with different SPARK_CONSUMER_* settings change it back and forth.`),
  ]);
}

/** What is published without an answer: a right that is missing shows nowhere else. The subjects lead nowhere. */
const tried: Readonly<Record<string, string>> = {
  [`$JS.ACK.${streamName}.${durableName}.check`]: `$JS.ACK.${streamName}.>`,
  [`$JS.ACK.${alertStreamName}.${alertDurableName}.check`]: `$JS.ACK.${alertStreamName}.>`,
  'dlq.spark.check': 'dlq.spark.>',
  'dlq.alerts.spark.check': 'dlq.alerts.spark.>',
};

async function rights(link: NatsLink): Promise<Finding> {
  const forbidden = await findForbidden(link, Object.keys(tried));
  if (forbidden.length === 0) return ok('it may acknowledge and keep dead letters');
  return failed(
    `its user may not publish on ${forbidden.map((subject) => tried[subject] ?? subject).join(', ')}`,
    'What it may not acknowledge is delivered again for ever. Give the user the rights of docs/guides/nats.md and reload the server: nats-server --signal reload.',
  );
}

async function deadLetters(link: NatsLink): Promise<Finding> {
  const facts = await findStream(link, deadLetterStreamName);
  if (facts === null || facts.messages === 0) return ok('none');
  return warning(
    `${facts.messages} not dealt with`,
    'spark-nats-consumer dlq list shows them with their reasons; dlq replay sends them again, dlq purge removes them.',
  );
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
