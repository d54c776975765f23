/** Ports and sizes of one session cluster on this machine. */
export interface ClusterSettings {
  readonly restPort: number;
  readonly rpcPort: number;
  /** Folder for what only runs need: temporary files of both processes. */
  readonly tempDir: string;
  /** Whole memory of each process in MiB, the JVM's own included. */
  readonly jobManagerMiB: number;
  readonly taskManagerMiB: number;
  readonly slots: number;
}

/** Java 17 keeps these from everybody; Flink's own distribution opens them in the same way. */
const opened = [
  ['java.base/java.lang', 'java.base/java.lang.invoke', 'java.base/java.lang.reflect', 'java.base/java.io'],
  ['java.base/java.net', 'java.base/java.nio', 'java.base/java.text', 'java.base/java.time', 'java.base/java.util'],
  ['java.base/java.util.concurrent', 'java.base/java.util.concurrent.atomic', 'java.base/java.util.concurrent.locks'],
  ['java.base/sun.net.util', 'java.base/sun.nio.ch'],
].flat();

/** `config.yaml` of Flink 1.20: loopback only; the state is small, so managed memory (RocksDB's) is nearly none. */
export function makeConfiguration(settings: ClusterSettings): string {
  const options = {
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': settings.restPort,
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.bind-host': '127.0.0.1',
    'jobmanager.rpc.port': settings.rpcPort,
    'jobmanager.memory.process.size': `${settings.jobManagerMiB}m`,
    'jobmanager.memory.jvm-metaspace.size': '192m',
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'taskmanager.memory.process.size': `${settings.taskManagerMiB}m`,
    'taskmanager.memory.jvm-metaspace.size': '192m',
    'taskmanager.memory.managed.size': '32m',
    'taskmanager.memory.network.min': '32m',
    'taskmanager.memory.network.max': '32m',
    'taskmanager.numberOfTaskSlots': settings.slots,
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
