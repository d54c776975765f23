import { ingestUnityAssetArgs, ingestUnityAssetResult } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import type { IngestedAsset } from '../../unity/types.ts';
import type { FunctionDefinition, HandlerContext } from '../types.ts';

const shownUsers = 50;

export const ingestUnityAsset: FunctionDefinition<typeof ingestUnityAssetArgs, typeof ingestUnityAssetResult> = {
  name: 'ingestUnityAsset',
  description:
    'Reads one asset: its guid, type, importer, size, what it refers to and what uses it. With `source`, a file outside the project that the developer named is copied in first and imported; the developer approves that.',
  args: ingestUnityAssetArgs,
  result: ingestUnityAssetResult,
  // It writes only with `source`, and asks then; an asset that is there is read without asking.
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 180_000,
  async handler({ path, source }, context) {
    const asset =
      source === undefined
        ? await context.unity.unityIngestAsset({ path: path ?? '' }, context)
        : await bringIn(source, path, context);
    const users = asset.usedBy ?? [];
    const forModel =
      users.length > shownUsers ? { ...asset, usedBy: users.slice(0, shownUsers), usedByComplete: false } : asset;
    const extra = source === undefined ? {} : { source };
    return {
      result: { success: true, asset, ...extra },
      forModel: { success: true, asset: forModel, ...extra },
      summary: `${source === undefined ? '' : 'imported '}${asset.path} · ${asset.type}`,
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

async function bringIn(source: string, path: string | undefined, context: HandlerContext): Promise<IngestedAsset> {
  if (context.origin === 'model') requireNamed(source, context);
  const plan = await context.unity.planIngest({ source, path }, context);
  await context.approve({
    // Never automatic: what a file holds cannot be shown as text.
    path: null,
    view: {
      kind: 'ingest',
      source: plan.source,
      path: plan.path,
      sizeBytes: plan.sizeBytes,
      type: plan.type,
      reason: '',
      warnings: [...plan.warnings],
    },
  });
  return await context.unity.unityImportAsset(plan, context);
}

/** A model must not pick files of the machine by itself: the developer's own words name them. */
function requireNamed(source: string, { journal, sessionId }: HandlerContext): void {
  const named = journal.messages
    .list(sessionId)
    .some(({ role, text }) => role === 'user' && text.replaceAll('\\', '/').includes(source.replaceAll('\\', '/')));
  if (named) return;
  throw new AppError(
    'denied',
    `The developer has not named ${source}. Ask for the full path of the file; nothing was read or copied.`,
    { data: { source } },
  );
}
