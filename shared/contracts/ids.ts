import { z } from 'zod';

/** A chat session, from first message to end. UUIDv7 when SPARK makes it; any UUID is accepted from elsewhere. */
export const sessionIdSchema = z.uuid();
/** A UUIDv7: its first 48 bits are the event's `timestamp` in milliseconds. Also the NATS message id (docs/adr/0013). */
export const eventIdSchema = z.uuid();
/** The model's id of one function call, unique within its session. */
export const callIdSchema = z.string().min(1).max(128);
export const uuidSchema = z.uuid();
/** SHA-256 in lower-case hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601, milliseconds, UTC: `2026-11-23T10:00:00.000Z`. */
export const timestampSchema = z.iso.datetime({ precision: 3 });
/** Whole micro-dollars: 1,000,000 is one US dollar. */
export const microUsdSchema = z.int().nonnegative();
