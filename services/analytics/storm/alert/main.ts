import { announce } from '../../../../shared/node/messaging/index.ts';
import { alertSubjectOf } from '../alerts/alert.ts';
import { makeEngine } from '../alerts/engine.ts';
import { runBolt } from '../multilang/bolt.ts';
import { runOnStorm } from '../multilang/program.ts';
import { loadRules, rulesFile as ownRules } from '../rules/file.ts';
import { makeAlertBolt } from './alertBolt.ts';

void runOnStorm('spark-storm-alerts', async ({ logger, link, rulesFile = ownRules, pipes }) => {
  const bolt = makeAlertBolt({
    engine: makeEngine(loadRules(rulesFile)),
    async tell(alert) {
      await announce(link, { subject: alertSubjectOf(alert), bytes: Buffer.from(JSON.stringify(alert)) });
      logger.info({ alert }, `alert ${alert.state}`);
    },
    nowMs: Date.now,
  });
  await runBolt(pipes, bolt);
});
