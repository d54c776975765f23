import { z } from 'zod';
import { captureSourceSchema } from '../../functions/preview.ts';
import { uuidSchema } from '../../ids.ts';
import { consoleEndSchema, consoleReadingSchema } from '../consoleViews.ts';
import { frameViewSchema, sessionViewSchema } from '../views.ts';
import { command, ofSession, query } from './define.ts';

/** What is seen of the session's editor. */
export const unityRoutes = {
  'preview.render': command(
    ofSession.extend({
      source: captureSourceSchema.default('game_view'),
      camera: z.string().max(256).optional(),
      maxResolution: z.int().min(64).max(2048).default(1024),
    }),
    z.object({ frame: frameViewSchema }),
  ),
  'frame.read': query(
    z.strictObject({
      frameId: uuidSchema,
      /** A thumbnail is a small PNG of the same picture. */
      size: z.enum(['full', 'thumbnail']).default('full'),
    }),
    z.object({ mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
  /**
   * The end of Unity's console, each line with the call after which it appeared. `known` is the `end` of the last answer:
   * when nothing is new Unity is asked for very little. Unity is not asked at all while it compiles, builds or is away.
   */
  'console.read': query(
    ofSession.extend({ known: consoleEndSchema.nullable().default(null) }),
    z.discriminatedUnion('kind', [
      consoleReadingSchema,
      z.object({ kind: z.literal('unchanged') }),
      z.object({ kind: z.literal('away'), why: z.string() }),
    ]),
  ),
  /** The Unity Editors that are open; `chosen` is the one of the session's project. */
  'unity.list_instances': query(
    ofSession,
    z.object({
      instances: z.array(
        z.object({
          instanceId: z.string(),
          projectName: z.string(),
          unityVersion: z.string().nullable(),
          chosen: z.boolean(),
        }),
      ),
    }),
  ),
  /** The session works in this editor's project from now on, whatever it worked in before. */
  'unity.choose_instance': command(
    ofSession.extend({ instanceId: z.string().min(1).max(512) }),
    z.object({ session: sessionViewSchema }),
  ),
} as const;
