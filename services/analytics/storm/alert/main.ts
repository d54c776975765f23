import { makeAlertPublisher } from '../../../../shared/node/messaging/index.ts';
import { alertSubjectOf } from '../alerts/alert.ts';
import { makeEngine } from '../alerts/engine.ts';
import { runBolt } from '../multilang/bolt.ts';
import { runOnStorm } from '../multilang/program.ts';
import { loadRules, rulesFile as ownRules } from '../rules/file.ts';
import { makeAlertBolt } from './alertBolt.ts';
import { readMemory } from './memory.ts';

void runOnStorm('spark-storm-alerts', async ({ lifecycle, logger, link, rulesFile = ownRules, pipes }) => {
  const publish = makeAlertPublisher(link);
  const rules = loadRules(rulesFile);
  const bolt = makeAlertBolt({
    engine: makeEngine(rules),
    async tell(alert) {
      await publish(alertSubjectOf(alert), alert);
      logger.info({ alert }, `alert ${alert.state}`);
    },
    nowMs: Date.now,
    recall: (memory) => readMemory({ link, rules, memory, logger, nowMs: Date.now(), signal: lifecycle.signal }),
  });
  await runBolt(pipes, bolt);
});
