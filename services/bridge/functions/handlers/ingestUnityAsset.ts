import { ingestUnityAssetArgs, ingestUnityAssetResult } from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

export const ingestUnityAsset: FunctionDefinition<typeof ingestUnityAssetArgs, typeof ingestUnityAssetResult> = {
  name: 'ingestUnityAsset',
  description: 'Reads what Unity knows about one asset of the project: its guid, type and name.',
  args: ingestUnityAssetArgs,
  result: ingestUnityAssetResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 30_000,
  async handler(args, context) {
    const asset = await context.unity.unityIngestAsset(args, context);
    return {
      result: { success: true, asset },
      summary: `${asset.path} · ${asset.type}`,
      keep: () => [
        context.journal.outbox.append(context.sessionId, {
          type: 'runtime.unity.asset_ingested',
          callId: context.callId,
          path: asset.path,
          guid: asset.guid.slice(0, 64),
          assetType: asset.type.slice(0, 256),
          name: asset.name.slice(0, 256),
        }),
      ],
    };
  },
};
