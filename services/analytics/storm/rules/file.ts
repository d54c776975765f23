import { fileURLToPath } from 'node:url';

/** The rules that come with SPARK. */
export const rulesFile = fileURLToPath(new URL('spark.rules.yaml', import.meta.url));
