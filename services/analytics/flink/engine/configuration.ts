/** Ports and sizes of one session cluster on this machine. */
export interface ClusterSettings {
  readonly restPort: number;
  readonly rpcPort: number;
  /** Folder for what only runs need: temporary files of both processes. */
  readonly tempDir: string;
  /** Of the job: each slot of the one task manager runs one of everything. */
  readonly parallelism: number;
  /** Where Prometheus reads the job manager, and at the next one the task manager; none without it. */
  readonly metricsPort: number | undefined;
}

/** Whole memory of each process in MiB, the JVM's own included; the limit of a service that runs both is above their sum. */
export const memoryOf = (parallelism: number): { readonly jobManagerMiB: number; readonly taskManagerMiB: number } => ({
  jobManagerMiB: 768,
  taskManagerMiB: 1_024 + (parallelism - 1) * (slotMiB + slotNetworkMiB + slotManagedMiB),
});
const slotMiB = 128;
const slotNetworkMiB = 16;
const slotManagedMiB = 32;

/** Java 17 keeps these from everybody; Flink's own distribution opens them in the same way. */
const opened = [
  ['java.base/java.lang', 'java.base/java.lang.invoke', 'java.base/java.lang.reflect', 'java.base/java.io'],
  ['java.base/java.net', 'java.base/java.nio', 'java.base/java.text', 'java.base/java.time', 'java.base/java.util'],
  ['java.base/java.util.concurrent', 'java.base/java.util.concurrent.atomic', 'java.base/java.util.concurrent.locks'],
  ['java.base/sun.net.util', 'java.base/sun.nio.ch'],
].flat();

/** `config.yaml` of Flink 1.20: loopback only; the state is small. */
export function makeConfiguration(settings: ClusterSettings): string {
  const { jobManagerMiB, taskManagerMiB } = memoryOf(settings.parallelism);
  const networkMiB = 32 + (settings.parallelism - 1) * slotNetworkMiB;
  const options = {
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': settings.restPort,
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.bind-host': '127.0.0.1',
    'jobmanager.rpc.port': settings.rpcPort,
    'jobmanager.memory.process.size': `${jobManagerMiB}m`,
    'jobmanager.memory.jvm-metaspace.size': '192m',
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'taskmanager.memory.process.size': `${taskManagerMiB}m`,
    'taskmanager.memory.jvm-metaspace.size': '192m',
    // What a window adds up before it passes it on. A slot with 8 MiB starts none of them.
    'taskmanager.memory.managed.size': `${slotManagedMiB * settings.parallelism}m`,
    'taskmanager.memory.network.min': `${networkMiB}m`,
    'taskmanager.memory.network.max': `${networkMiB}m`,
    'taskmanager.numberOfTaskSlots': settings.parallelism,
    ...metricsOf(settings.metricsPort),
    'io.tmp.dirs': settings.tempDir,
    // A task manager that was killed is missed after 10 s, not after 50.
    'heartbeat.interval': '2 s',
    'heartbeat.timeout': '10 s',
    'env.java.opts.all': ['-Duser.timezone=UTC', ...opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`)].join(' '),
  };
  return `${Object.entries(options)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}

/** Flink's own reporter; each process takes the first port of the two that is free. It listens to every address. */
const metricsOf = (port: number | undefined): Readonly<Record<string, string>> =>
  port === undefined
    ? {}
    : {
        'metrics.reporter.prometheus.factory.class': 'org.apache.flink.metrics.prometheus.PrometheusReporterFactory',
        'metrics.reporter.prometheus.port': `${port}-${port + 1}`,
      };
