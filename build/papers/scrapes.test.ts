import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { readBlocks } from './readBlocks.ts';

/* What Prometheus reads and where Alertmanager posts, against the machines that the deployment guide sets up. */
const read = (path: string): string => readFileSync(join(repositoryDir, path), 'utf8');
const guide = read('docs/SLATE_INFRASTRUCTURE_SETUP.md');
const prometheusOn = '114';

const targets = z
  .object({
    scrape_configs: z.array(
      z.object({ job_name: z.string(), static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
    ),
  })
  .parse(parse(read('services/monitoring/prometheus/prometheus.yml')))
  .scrape_configs.flatMap(({ job_name: job, static_configs: configs }) =>
    configs.flatMap((config) => config.targets.map((target) => ({ job, target }))),
  );

/** Rows of the table "Firewall": who may reach which port of which machines. */
const opened = [...guide.matchAll(/^\| ([^|]+) \| ([^|]+) \| (\d+) +\|/gm)].map(
  ([, from = '', to = '', port = '']) => ({
    from: machinesIn(from),
    to: machinesIn(to),
    port,
  }),
);
function machinesIn(cell: string): string[] {
  return [...cell.matchAll(/(?<=^|[ .])\d+/g)].map(([machine]) => machine);
}

/** What is installed and started on a machine: settings and units of that machine, and the words between blocks. */
function textOf(machine: string): string {
  const blocks = readBlocks(guide).filter(({ attributes: { on } }) => on === machine);
  return [guide.replaceAll(/^ *```[\s\S]*?^ *```$/gm, ''), ...blocks.map(({ text }) => text)].join('\n');
}
const lineWith = (text: string, words: string): string =>
  text.split('\n').find((line) => line.includes(words)) ?? expect.fail(`the guide has no line with ${words}`);

test('the table of the firewall is read', () => {
  expect(opened).toContainEqual({ from: ['28'], to: ['27'], port: '5432' });
  expect(opened).toContainEqual({ from: ['114', '115'], to: ['27', '28'], port: '5432' });
});

test.each(targets)('$target of the job $job is opened for Prometheus, or on its own machine', ({ target }) => {
  const [host = '', port = ''] = target.split(':');
  const machine = /^192\.168\.86\.(\d+)$/.exec(host)?.[1] ?? prometheusOn;
  if (machine === prometheusOn) return expect(['127.0.0.1', '192.168.86.114']).toContain(host);
  const rows = opened.filter((row) => row.port === port && row.to.includes(machine));
  return expect(rows.flatMap(({ from }) => from)).toContain(prometheusOn);
});

/** How each job's program is told where to listen. A job that is not here has no place in the guide. */
const bound: Readonly<Record<string, (host: string, port: string) => void>> = {
  'spark-consumer': (host, port) => {
    expect(guide).toContain(`SPARK_METRICS_HOST=${host}`);
    expect(textOf('114')).toContain(`SPARK_METRICS_PORT=${port}`);
  },
  'spark-analytics': (host, port) => {
    const settings = readBlocks(guide).find(({ attributes: { file } }) => file === '/etc/spark/analytics.env');
    const listens = /^SPARK_ANALYTICS_HOST=(.+)$/m.exec(settings?.text ?? '')?.[1] ?? '127.0.0.1';
    expect(listens).toBe(host);
    expect(settings?.text).toContain(`SPARK_ANALYTICS_PORT=${port}\n`);
  },
  postgres: (host, port) => {
    const settings = readBlocks(guide).filter(
      ({ attributes: { file } }) => file === '/etc/default/prometheus-postgres-exporter',
    );
    expect(settings.map(({ text }) => text).join('')).toContain(`--web.listen-address=${host}:${port}"`);
  },
  nats: (host, port) => {
    expect(lineWith(textOf('27'), 'ExecStart=/usr/local/bin/prometheus-nats-exporter')).toContain(
      `-addr ${host} -port ${port} `,
    );
  },
  // The job manager at the port that its unit says, the task manager one above, both on every address.
  'spark-flink': (host, port) => {
    expect(host).toBe('192.168.86.114');
    const unit = lineWith(read('services/analytics/flink/README.md'), 'ExecStart=');
    const first = Number(/ --metrics-port (\d+)$/.exec(unit)?.[1]);
    expect([first, first + 1]).toContain(Number(port));
  },
  // As the package makes it: on every address.
  node: (_host, port) => {
    expect(lineWith(guide, 'apt-get install prometheus-node-exporter')).toContain(`on each of the four, port ${port}`);
  },
};

test.each(targets)('$target of the job $job is where the guide lets its program listen', ({ job, target }) => {
  const [host = '', port = ''] = target.split(':');
  (bound[job] ?? expect.fail(`the guide does not set up ${job}`))(host, port);
});

test('Alertmanager posts to the address of the analytics API, and never a token over a network in clear text', () => {
  const [, url = ''] = /url: (\S+)/.exec(read('services/monitoring/prometheus/alertmanager.yml')) ?? [];
  const { protocol, host } = new URL(url);
  const api = targets.find(({ job }) => job === 'spark-analytics')?.target;
  expect(protocol === 'https:' || (host === api && host.startsWith('127.0.0.1:'))).toBe(true);
  const manager = /alertmanagers:[\s\S]*?targets: \['([^']+)'\]/.exec(
    read('services/monitoring/prometheus/prometheus.yml'),
  );
  expect(textOf(prometheusOn)).toContain(`--web.listen-address=${manager?.[1]} `);
});
