import { loadConfig, type Environment } from '../../shared/node/config/index.ts';
import { databaseVariables } from '../pool.ts';
import type { TestCluster } from './freshDatabase.ts';

/** The test stack, as `inject('stack')` gives it, seen with the role that `account` names (the app's when absent). */
export function clusterOf(
  stack: { readonly env: Environment; readonly owner: TestCluster['owner'] },
  account?: TestCluster['owner'],
): TestCluster {
  const config = loadConfig(stack.env, databaseVariables);
  return {
    config:
      account === undefined ? config : { ...config, SLATE_DB_USER: account.user, SLATE_DB_PASSWORD: account.password },
    owner: stack.owner,
  };
}
