import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { runBolt } from '../multilang/bolt.ts';
import { makeValidateBolt } from './validateBolt.ts';

const logger = makeLogger({ name: 'spark-storm-validate', level: 'info' });
const bolt = makeValidateBolt({
  tell: (unread) => {
    logger.warn({ unread }, 'events that no rule can read were passed over; the consumer stores them');
  },
});
void runBolt({ input: process.stdin, output: process.stdout }, bolt);
