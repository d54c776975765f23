import { isAcknowledgement, isDelivery } from '../natsFrames.ts';
import type { FaultProxy } from '../proxy.ts';
import { makeRandom, type Random } from '../../random.ts';
import { clients, type World } from '../world.ts';
import type { FaultKind } from './types.ts';

type Side = 'to_nats' | 'to_postgres';
const sides = { to_nats: 'NATS', to_postgres: 'PostgreSQL' } as const;

/** One program or all of them, on one side. */
function drawProxies(random: Random, side: Side, among: readonly number[] = [0, 1, 2]) {
  const chosen = random.chance(0.4) ? among : [random.pick(among)];
  const proxies = (world: World): FaultProxy[] =>
    chosen.flatMap((n) => (side === 'to_nats' ? world.toNats : world.toPostgres)[n] ?? []);
  return {
    words: `${chosen.map((n) => clients[n]).join(', ')} – ${sides[side]}`,
    each: (change: (proxy: FaultProxy) => void) => (world: World) => {
      for (const proxy of proxies(world)) change(proxy);
      return Promise.resolve();
    },
  };
}
const heal = (proxy: FaultProxy): void => proxy.heal();

const onProxies =
  (side: Side, change: (proxy: FaultProxy) => void, more = ''): FaultKind =>
  (random) => {
    const { words, each } = drawProxies(random, side);
    return { holds: [side], words: `${words}${more}`, begin: each(change), end: each(heal) };
  };

const delayed =
  (side: Side): FaultKind =>
  (random) => {
    const ms = random.int(20, 400);
    return onProxies(side, (proxy) => proxy.delay(ms), `, ${ms} ms each way`)(random);
  };

/** What happens to single NATS messages is drawn from a seed of its own, so that timing does not change the plan. */
const sorted =
  (share: number, end: 'up' | 'down', fate: 'drop' | 'late'): FaultKind =>
  (random) => {
    const { words, each } = drawProxies(random, 'to_nats', [0, 1]);
    const fates = makeRandom(random.int(0, 2 ** 31));
    const concerns = end === 'up' ? isAcknowledgement : isDelivery;
    const begin = each((proxy) =>
      proxy.sort((frame, direction) => (direction === end && concerns(frame) && fates.chance(share) ? fate : 'pass')),
    );
    return { holds: ['to_nats'], words, begin, end: each(heal) };
  };

/** Connections that are reset, silent, slow or torn, and messages that come twice or in another order. */
export const networkFaults = {
  'cut nats': onProxies('to_nats', (proxy) => proxy.cut()),
  'cut postgres': onProxies('to_postgres', (proxy) => proxy.cut()),
  'half-open nats': onProxies('to_nats', (proxy) => proxy.silence()),
  'half-open postgres': onProxies('to_postgres', (proxy) => proxy.silence()),
  'delay nats': delayed('to_nats'),
  'delay postgres': delayed('to_postgres'),
  'truncate nats': onProxies('to_nats', (proxy) => proxy.truncate()),
  'truncate postgres': onProxies('to_postgres', (proxy) => proxy.truncate()),
  'duplicate delivery': sorted(0.5, 'up', 'drop'),
  'reordered delivery': sorted(0.3, 'down', 'late'),
} as const satisfies Record<string, FaultKind>;
