import type { MetricGroup } from '../context.ts';
import { consumerGroup } from './consumer.ts';
import { batchGroup, instancesGroup, payloadGroup } from './consumerSizes.ts';
import { databaseGroup } from './database.ts';
import { deltasGroup } from './deltas.ts';
import { eventLoopGroup } from './eventLoop.ts';
import { firstDeltaGroup } from './firstDelta.ts';
import { flinkGroups } from './flink.ts';
import { latencyGroup } from './latency.ts';
import { outboxGroup } from './outbox.ts';
import { publishingGroup } from './publishing.ts';
import { requestGroup } from './request.ts';
import { tableSizeGroup } from './tableSize.ts';
import { telegrafGroup } from './telegraf.ts';
import { unityGroup } from './unity.ts';
import { windowGroup } from './window.ts';
import { longWindowGroup } from './windowLong.ts';

/** In the order in which they run: what needs little before what fills the stack. */
export const groups: readonly MetricGroup[] = [
  databaseGroup,
  publishingGroup,
  outboxGroup,
  consumerGroup,
  latencyGroup,
  unityGroup,
  requestGroup,
  firstDeltaGroup,
  deltasGroup,
  eventLoopGroup,
  windowGroup,
  longWindowGroup,
  instancesGroup,
  batchGroup,
  payloadGroup,
  tableSizeGroup,
  telegrafGroup,
  ...flinkGroups,
];
