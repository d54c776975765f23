/** Ports and folders of one cluster on this machine. */
export interface ClusterSettings {
  readonly zookeeperPort: number;
  readonly nimbusPort: number;
  readonly supervisorPort: number;
  /** Of the one worker. */
  readonly workerPort: number;
  readonly home: string;
  readonly logDir: string;
}

/** `storm.yaml`. JSON is YAML. */
export function makeStormYaml(settings: ClusterSettings): string {
  return JSON.stringify(
    {
      'storm.zookeeper.servers': ['127.0.0.1'],
      'storm.zookeeper.port': settings.zookeeperPort,
      'nimbus.seeds': ['127.0.0.1'],
      'nimbus.thrift.port': settings.nimbusPort,
      'supervisor.thrift.port': settings.supervisorPort,
      'supervisor.slots.ports': [settings.workerPort],
      'storm.local.hostname': '127.0.0.1',
      'storm.local.dir': `${settings.home}/local`,
      'storm.log4j2.conf.dir': `${settings.home}/log4j2`,
      // Without Storm's own, which Java 17 refuses; the heap is the topology's.
      'worker.childopts': '-XX:+UseSerialGC',
      // A worker that hangs is missed after 10 s, not after 30.
      'supervisor.worker.timeout.secs': 10,
      'nimbus.task.timeout.secs': 15,
      // Nobody asks Storm for figures: what it is doing is in its log.
      'storm.metricstore.class': 'org.apache.storm.metricstore.NoOpMetricStore',
    },
    undefined,
    2,
  );
}

/** `zoo.cfg` of a single server, for loopback alone. */
export const makeZookeeperConf = (settings: ClusterSettings): string => `clientPortAddress=127.0.0.1
clientPort=${settings.zookeeperPort}
dataDir=${settings.home}/zookeeper
tickTime=2000
maxClientCnxns=0
admin.enableServer=false
autopurge.purgeInterval=1
`;

/** A log of at most 40 MB in `file`; warnings on standard output as well, where the end of a start that failed is read. */
const log4j = (file: string, pattern: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<Configuration>
  <Appenders>
    <RollingFile name="file" fileName="${file}" filePattern="${file}.%i">
      <PatternLayout pattern="${pattern}"/>
      <SizeBasedTriggeringPolicy size="10 MB"/>
      <DefaultRolloverStrategy max="3"/>
    </RollingFile>
    <Console name="console"><PatternLayout pattern="${pattern}"/></Console>
  </Appenders>
  <Loggers>
    <Root level="INFO">
      <AppenderRef ref="file"/>
      <AppenderRef ref="console" level="WARN"/>
    </Root>
  </Loggers>
</Configuration>
`;

/** Of Zookeeper, nimbus and supervisor: `logfile.name` says which. */
export const makeClusterLogging = (logDir: string): string =>
  log4j(`${logDir}/\${sys:logfile.name}`, '%d{ISO8601}{UTC}Z %c{1.} [%p] %msg%n');

/** Of the worker, with what spout and bolts write on standard error. */
export const makeWorkerLogging = (logDir: string): string =>
  log4j(`${logDir}/worker.log`, '%d{ISO8601}{UTC}Z %c{1.} [%p] %msg%n');
