import { randomUUID } from 'node:crypto';

/**
 * What SPARK says in the model's place when a turn stops. It stands among the answers, and the window shows it there, but
 * no connection ever had it: told as history it would become the model's own words.
 */
const prefix = 'notice_';

/** The service's own message ids begin otherwise. */
export const makeNoticeId = (): string => `${prefix}${randomUUID()}`;

export const isNotice = (messageId: string): boolean => messageId.startsWith(prefix);
