/*
 * The units of systemd. All three services are hardened alike: no privileges, nothing to write to, only the system calls
 * of an ordinary service. MemoryDenyWriteExecute is missing: Node's compiler writes code and runs it. `systemd-analyze
 * security` gives 1.x (units.test.ts: at most 2.0).
 */
const hardening = `# No privileges, and no way to get some.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
PrivateUsers=yes
KeyringMode=private
# Nothing to write to, and little to see.
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
PrivateIPC=yes
PrivateMounts=yes
RemoveIPC=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
UMask=0077
# TCP to its servers, and the sockets of systemd.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# Held messages, rows and Node itself: under 400 MB.
MemoryHigh=640M
MemoryMax=1G
CPUQuota=200%
TasksMax=128
LimitNOFILE=4096
LimitCORE=0`;

const consumer = (of: {
  readonly what: string;
  readonly files: readonly string[];
  readonly instance: string;
}): string => `[Unit]
Description=SPARK: events from NATS JetStream to PostgreSQL${of.what}
Documentation=file:/usr/share/doc/spark-nats-consumer/installing-the-consumer.md
Wants=network-online.target
After=network-online.target
${of.files.map((file) => `AssertPathExists=${file}`).join('\n')}
# It is started again for ever; how often is RestartSec's business.
StartLimitIntervalSec=0

[Service]
Type=notify
# systemd-notify is a child of the service.
NotifyAccess=all
Environment=SPARK_ENV_FILE=${of.files.join(':')}
ExecStart=/usr/bin/spark-nats-consumer run
User=spark-consumer
Group=spark-consumer
WorkingDirectory=/
# A server that is away is waited for; the service asks for more time meanwhile.
TimeoutStartSec=120
WatchdogSec=60
# A batch in the middle of its transaction is finished first.
TimeoutStopSec=40
Restart=on-failure
RestartSec=2
# From 2 s to a minute in eight steps; systemd before 254 ignores both and keeps to 2 s.
RestartSteps=8
RestartMaxDelaySec=60
# A wrong configuration stays wrong.
RestartPreventExitStatus=78
SuccessExitStatus=143
SyslogIdentifier=spark-nats-consumer
LogExtraFields=SPARK_PROGRAM=spark-nats-consumer
LogExtraFields=SPARK_INSTANCE=${of.instance}
${hardening}

[Install]
WantedBy=multi-user.target
`;

const maintenance = `[Unit]
Description=SPARK: partitions ahead, and rollups that are due
Documentation=file:/usr/share/doc/spark-nats-consumer/installing-the-consumer.md
Wants=network-online.target
After=network-online.target
AssertPathExists=/etc/spark/consumer.env

[Service]
Type=oneshot
Environment=SPARK_ENV_FILE=/etc/spark/consumer.env
ExecStart=/usr/bin/spark-db partitions
ExecStart=/usr/bin/spark-db rollup --due
User=spark-consumer
Group=spark-consumer
WorkingDirectory=/
TimeoutStartSec=3600
SyslogIdentifier=spark-maintenance
LogExtraFields=SPARK_PROGRAM=spark-db
${hardening}
`;

const timer = `[Unit]
Description=SPARK: partitions and rollups, where neither Airflow nor a running consumer makes them
Documentation=file:/usr/share/doc/spark-nats-consumer/installing-the-consumer.md

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
`;

/** Texts by file name. */
export const units: Readonly<Record<string, string>> = {
  'spark-nats-consumer.service': consumer({ what: '', files: ['/etc/spark/consumer.env'], instance: 'main' }),
  'spark-nats-consumer@.service': consumer({
    what: ' (%i)',
    files: ['/etc/spark/consumer.env', '/etc/spark/consumer-%i.env'],
    instance: '%i',
  }),
  'spark-maintenance.service': maintenance,
  'spark-maintenance.timer': timer,
};
