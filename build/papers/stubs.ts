/** Redis's programs, and the environment that they need. */
export interface RedisPrograms {
  readonly server: string;
  readonly cli: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What a machine of the guide has on its PATH: the programs of the packages, from the sources here, and `systemctl`, since
 * no systemd runs where tests do. It starts and ends the real program of each unit, and waits until it serves.
 */
export function stubs(at: {
  readonly root: string;
  readonly postgres: string;
  readonly natsServer: string;
  readonly redis: RedisPrograms | undefined;
  readonly node: string;
  readonly repository: string;
}): Readonly<Record<string, string>> {
  const { root, postgres, natsServer, redis, node, repository } = at;
  const etc = `${root}/etc/postgresql/15/main`;
  const data = `${root}/var/lib/postgresql/15/main`;
  // libpq looks for certificates in the home folder, which is not root's for that user.
  const asPostgres = `env HOME=${root} setpriv --reuid=postgres --regid=postgres --init-groups`;
  return {
    'spark-db': `#!/bin/sh\nexec ${node} ${repository}/database/main.ts "$@"\n`,
    'spark-nats-consumer': `#!/bin/sh\nexec ${node} ${repository}/services/consumer/main.ts "$@"\n`,
    'nats-server': `#!/bin/sh\nexec ${natsServer} "$@"\n`,
    ...(redis === undefined
      ? {}
      : { 'redis-server': redisStub(redis, redis.server), 'redis-cli': redisStub(redis, redis.cli) }),
    systemctl: `#!/bin/bash
set -e
verb=$1; unit=\${!#}
end() {
  [ -f ${root}/run/$1.pid ] || return 0
  pid=$(cat ${root}/run/$1.pid); kill $pid; while kill -0 $pid 2> /dev/null; do sleep 0.1; done
  rm -f ${root}/run/$1.pid
}
case $unit in
postgresql)
  start() {
    ${asPostgres} ${postgres}/pg_ctl -s -w -D ${data} -l ${root}/run/postgres.log \\
      -o "-c config_file=${etc}/postgresql.conf -c hba_file=${etc}/pg_hba.conf" start
  }
  stop() { [ ! -f ${data}/postmaster.pid ] || ${asPostgres} ${postgres}/pg_ctl -s -w -m fast -D ${data} stop; }
  active() { ${asPostgres} ${postgres}/pg_ctl -s -D ${data} status; } ;;
nats-server)
  start() {
    ${natsServer} -c ${root}/etc/nats/nats.conf -P ${root}/run/nats.pid > ${root}/run/nats.log 2>&1 &
    for i in $(seq 100); do grep -q 'Server is ready' ${root}/run/nats.log && return; sleep 0.1; done
    cat ${root}/run/nats.log; return 1
  }
  stop() { end nats; }
  active() { kill -0 $(cat ${root}/run/nats.pid); } ;;
redis-server)
  start() {
    mkdir -p ${root}/var/lib/redis
    ${root}/bin/redis-server ${root}/etc/redis/redis.conf > ${root}/run/redis.log 2>&1 &
    echo $! > ${root}/run/redis.pid
    for i in $(seq 100); do grep -q 'Ready to accept' ${root}/run/redis.log && return; sleep 0.1; done
    cat ${root}/run/redis.log; return 1
  }
  stop() { end redis; }
  active() { kill -0 $(cat ${root}/run/redis.pid); } ;;
spark-nats-consumer)
  start() {
    ${node} ${repository}/services/consumer/main.ts run > ${root}/run/consumer.out 2> ${root}/run/consumer.log &
    echo $! > ${root}/run/consumer.pid
    for i in $(seq 200); do grep -q ready ${root}/run/consumer.out && return; sleep 0.1; done
    cat ${root}/run/consumer.log; return 1
  }
  stop() { end consumer; }
  active() { kill -0 $(cat ${root}/run/consumer.pid); } ;;
spark-analytics-api)
  start() {
    env -i PATH=$PATH SPARK_ENV_FILE=${root}/etc/spark/analytics.env \\
      ${node} ${repository}/services/analytics/api/main.ts --json > ${root}/run/analytics.out 2> ${root}/run/analytics.log &
    echo $! > ${root}/run/analytics.pid
    for i in $(seq 200); do grep -q ready ${root}/run/analytics.out && return; sleep 0.1; done
    cat ${root}/run/analytics.log; return 1
  }
  stop() { end analytics; }
  active() { kill -0 $(cat ${root}/run/analytics.pid); } ;;
*) echo "no unit $unit"; exit 5 ;;
esac
case $verb in
start|enable) active 2> /dev/null || start ;;
stop) stop ;;
restart) stop; start ;;
is-active) active && echo active ;;
*) echo "no verb $verb"; exit 1 ;;
esac
`,
  };
}

/** The libraries that came with it are only this program's. */
const redisStub = (redis: RedisPrograms, program: string): string =>
  `#!/bin/sh\nexport LD_LIBRARY_PATH=${redis.env['LD_LIBRARY_PATH'] ?? ''}\nexec ${program} "$@"\n`;
