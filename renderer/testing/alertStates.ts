import type { RouteOutput } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleMessage, sampleSnapshot } from './samples.ts';

type ServerAlert = RouteOutput<'alert.list'>['alerts'][number];

/** Alerts of the servers: several at once, one that is over, and long words of others. */
const alert = (n: number, over: Partial<ServerAlert>): ServerAlert => ({
  alertId: idOf(n),
  source: 'storm',
  ruleId: 'rule',
  kind: 'builds_failed',
  severity: 'warning',
  group: 'all',
  state: 'raised',
  summary: 'Something is not as usual.',
  value: null,
  threshold: null,
  baseline: null,
  raisedAt: new Date(Date.UTC(2026, 10, 23, 9, n)).toISOString(),
  clearedAt: null,
  ...over,
});
const consumer = alert(1, {
  source: 'prometheus',
  ruleId: 'SparkConsumerDown',
  kind: 'prometheus',
  severity: 'critical',
  summary: 'No consumer runs',
  advice:
    'Events wait in stream SPARK for up to 30 days; nothing new reaches PostgreSQL. "systemctl status spark-nats-consumer" on its hosts, then "spark-nats-consumer check".',
});
const builds = alert(2, {
  ruleId: 'builds-fail',
  group: 'StandaloneLinux64',
  summary: 'Builds fail one after another',
});
const budget = alert(3, {
  ruleId: 'budget',
  kind: 'budget',
  severity: 'info',
  group: 'claude-sonnet-5-5',
  summary: 'The budget of the day is used up',
});
const long = alert(4, {
  ruleId: 'slow',
  kind: 'latency',
  group: 'function=generateUnityScriptWithAVeryLongNameThatNobodyWouldWrite instance=192.168.86.114:9464',
  summary: '95 of 100 calls take up to 2m 13s',
});
const snapshot = sampleSnapshot({
  messages: [
    sampleMessage(0, { role: 'user', text: 'Create a player controller' }),
    sampleMessage(1, { text: 'I’ll add a script to `Assets/Scripts`, where your other scripts are.' }),
  ],
});

export const alertStates: Readonly<Record<string, GalleryState>> = {
  alerts: { snapshot, alerts: [consumer, builds, budget, long] },
  alertsAll: { snapshot, alerts: [consumer, builds, budget, long], press: 'More alerts' },
  alertOver: {
    snapshot,
    laterAlerts: [
      builds,
      { ...builds, state: 'cleared', clearedAt: new Date(Date.UTC(2026, 10, 23, 9, 20)).toISOString() },
    ],
  },
};
