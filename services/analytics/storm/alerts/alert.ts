import { alertSubjectPrefix, type Alert } from '../../../../shared/contracts/index.ts';

/** As `source` and in the subject. */
export const alertSource = 'storm';

/** Where an alert is published, once when it is raised and once when it clears: `alerts.spark.storm.<ruleId>`. */
export const alertSubjectOf = ({ ruleId }: Pick<Alert, 'ruleId'>): string =>
  `${alertSubjectPrefix}.${alertSource}.${ruleId}`;
