import { z } from 'zod';
import {
  assetInfoSchema,
  deconstructUnityAssetArgs,
  ingestUnityAssetArgs,
  ingestUnityAssetResult,
} from '../../functions/assets.ts';
import { callIdSchema, sessionIdSchema, timestampSchema } from '../../ids.ts';
import { uasSchema } from '../../uas.ts';
import { command, ofSession, query } from './define.ts';

/** Assets of the open project. */
export const assetRoutes = {
  /** Assets of the open project by name, for `@` in a message. */
  'asset.search': query(
    ofSession.extend({ query: z.string().max(128) }),
    z.object({ total: z.int(), assets: z.array(assetInfoSchema) }),
  ),
  /** What an asset is, what it refers to and what refers to it; with `source`, a file of the machine is copied in first. */
  'asset.ingest': command(
    ofSession
      .extend({ path: ingestUnityAssetArgs.shape.path, source: ingestUnityAssetArgs.shape.source })
      .refine(({ path, source }) => path !== undefined || source !== undefined, 'give path, or source'),
    ingestUnityAssetResult.omit({ success: true }),
  ),
  /** Takes the asset apart now; the tree is kept as a snapshot. */
  'asset.deconstruct': command(
    ofSession.extend({ path: deconstructUnityAssetArgs.shape.path }),
    z.object({ callId: callIdSchema, uas: uasSchema }),
  ),
  /** Earlier trees of the asset, of all sessions of the project, newest first. */
  'asset.snapshots': query(
    ofSession.extend({ path: deconstructUnityAssetArgs.shape.path }),
    z.object({
      snapshots: z.array(z.object({ sessionId: sessionIdSchema, callId: callIdSchema, createdAt: timestampSchema })),
    }),
  ),
  'asset.snapshot': query(ofSession.extend({ callId: callIdSchema }), z.object({ uas: uasSchema })),
} as const;
