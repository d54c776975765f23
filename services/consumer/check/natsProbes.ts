import { deadLetterStreamName, durableName, framesBucket, streamName } from '../../../shared/contracts/index.ts';
import {
  ensureDurable,
  ensureStreams,
  findStream,
  readDurable,
  readNatsClock,
  readNatsFacts,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { durableOptions } from '../consumer.ts';
import { limitsOf, type Settings } from '../settings.ts';
import { readyWithin } from '../startup.ts';
import { compareClock } from './clock.ts';
import { ok, warning, worstOf, type Finding, type ServerProbes } from './report.ts';

const connectMs = 5_000;
const worrying = 0.5;
const setUp = 'The consumer does it when it starts; now: spark-nats-consumer setup.';

/** What the consumer needs of NATS; asks and changes nothing. */
export function natsProbes(link: NatsLink, settings: Settings, signal: AbortSignal): ServerProbes {
  let planned: Promise<readonly string[]> | undefined;
  /** What a setup would do, asked once for all streams. */
  const plan = () => (planned ??= ensureStreams(link, { replicas: settings.SPARK_NATS_REPLICAS, dryRun: true }));
  const streams = [streamName, deadLetterStreamName, `OBJ_${framesBucket}`];
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
      { name: `consumer ${durableName}`, run: () => durable(link, settings) },
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

async function durable(link: NatsLink, settings: Settings): Promise<Finding> {
  if ((await findStream(link, streamName)) === null) return warning('is not there, as its stream is not', setUp);
  const [change] = await ensureDurable(link, { ...durableOptions(limitsOf(settings)), dryRun: true });
  if (change?.startsWith('would make') === true) return warning('is not there', setUp);
  const { pending, unacknowledged } = await readDurable(link);
  const stands = ok(`${pending} waiting, ${unacknowledged} unacknowledged`);
  if (change === undefined) return stands;
  return worstOf([
    stands,
    warning(change, `${setUp} Instances with different SPARK_CONSUMER_* settings change it back and forth.`),
  ]);
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
