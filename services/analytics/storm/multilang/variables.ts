import { natsFileVariables } from '../../../../shared/node/messaging/index.ts';

/** Every variable that spout and bolts read. */
export const taskVariables = ['NATS_URL', ...natsFileVariables, 'SPARK_LOG_LEVEL', 'SPARK_ALERT_RULES'] as const;
