import { makeDatabase } from '../../../../database/index.ts';
import { applyRoles, readRolesPlan } from '../../../../database/roles/apply.ts';
import { makeFreshDatabase, type FreshDatabase } from '../../../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../../../database/testing/stackCluster.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { makePassword } from '../../../sandbox/stack/roles.ts';
import type { StackFacts } from '../../../sandbox/stack/testing/context.ts';

/** A database of its own, reached with the role of the daily run as `spark-db roles` makes it. */
export async function makeRollupDatabase(stack: StackFacts): Promise<FreshDatabase> {
  const rollup = { user: 'spark_rollup', password: makePassword() };
  const fresh = await makeFreshDatabase(clusterOf(stack, rollup));
  const { user, password } = stack.superuser;
  const admin = makeDatabase({
    config: { ...fresh.config, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password },
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
  try {
    await admin.write(async (client) => {
      const passwords = { spark_rollup: rollup.password };
      await applyRoles(client, await readRolesPlan(client, passwords, () => Promise.resolve(undefined)));
    });
  } finally {
    await admin.close();
  }
  return fresh;
}
