import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../engine/port.ts';
import type { Topology } from '../topology/build.ts';
import { makeClusterLogging, makeStormYaml, makeWorkerLogging, makeZookeeperConf } from './configuration.ts';
import type { ClusterSettings } from './configuration.ts';

/** What Storm calls its home, and the logs that outlive it. */
export interface StormHome extends ClusterSettings {
  readonly jar: string;
  readonly libDir: string;
  readonly zookeeperConf: string;
}

/**
 * Lays out a home for one run in `<stateDir>/home`; what an earlier one left there is removed. Nothing of it matters: what
 * the topology knows is in NATS, and a cluster that starts anew cannot remember a worker that is gone.
 */
export async function makeStormHome(topology: Topology, stateDir: string): Promise<StormHome> {
  const home = join(stateDir, 'home');
  const logDir = join(stateDir, 'logs');
  await rm(home, { recursive: true, force: true });
  for (const dir of [logDir, ...['conf', 'log4j2', 'local', 'zookeeper'].map((name) => join(home, name))])
    await mkdir(dir, { recursive: true, mode: 0o700 });
  // Nimbus takes the jar away when it has it.
  const jar = join(home, 'spark-alerts.jar');
  await copyFile(topology.jar, jar);
  for (const name of ['lib', 'lib-worker']) await symlink(topology.libDir, join(home, name));
  const settings = {
    home,
    logDir,
    zookeeperPort: await freePort(),
    nimbusPort: await freePort(),
    supervisorPort: await freePort(),
    workerPort: await freePort(),
  };
  const zookeeperConf = join(home, 'conf', 'zoo.cfg');
  await writeFile(zookeeperConf, makeZookeeperConf(settings));
  await writeFile(join(home, 'conf', 'storm.yaml'), makeStormYaml(settings));
  await writeFile(join(home, 'log4j2', 'cluster.xml'), makeClusterLogging(logDir));
  await writeFile(join(home, 'log4j2', 'worker.xml'), makeWorkerLogging(logDir));
  return { ...settings, jar, libDir: topology.libDir, zookeeperConf };
}
