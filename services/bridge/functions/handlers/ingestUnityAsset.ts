import { ingestUnityAssetArgs, ingestUnityAssetResult } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import type { ImportOutcome } from '../../unity/types.ts';
import { keepFileChange, toFileChangeView, type FileChange } from '../fileChange.ts';
import { namesPath } from '../namedPath.ts';
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
    const imported = source === undefined ? null : await bringIn(source, path, context);
    const asset = imported?.asset ?? (await context.unity.unityIngestAsset({ path: path ?? '' }, context));
    const change = imported?.copied === true ? changeOf(imported, context) : null;
    const view = change === null ? null : toFileChangeView(change, context.now());
    const warning = imported?.warning ?? null;
    const users = asset.usedBy ?? [];
    const forModel =
      users.length > shownUsers ? { ...asset, usedBy: users.slice(0, shownUsers), usedByComplete: false } : asset;
    const extra = {
      ...(source === undefined ? {} : { source }),
      ...(view === null ? {} : { changeId: view.changeId }),
      ...(warning === null ? {} : { warning }),
    };
    return {
      result: { success: true, asset, ...extra },
      forModel: { success: true, asset: forModel, ...extra },
      summary:
        warning === null
          ? `${source === undefined ? '' : 'imported '}${asset.path} · ${asset.type}`
          : `copied ${asset.path} · not imported yet`,
      ...(view === null ? {} : { links: { changeId: view.changeId } }),
      keep: () => [
        ...(view === null || change === null ? [] : [keepFileChange(context.journal, view, change)]),
        context.journal.outbox.append(context.sessionId, {
          type: 'runtime.unity.asset_ingested',
          callId: context.callId,
          path: asset.path,
          ...(asset.guid === '' ? {} : { guid: asset.guid.slice(0, 64) }),
          assetType: asset.type.slice(0, 256),
          name: asset.name.slice(0, 256),
        }),
      ],
      announce() {
        if (view !== null) context.push({ name: 'change.changed', payload: { change: view } });
      },
    };
  },
};

/** Its content is what lies at its path; an undo deletes it only while it is as it was copied. */
const changeOf = ({ asset, sha256 }: ImportOutcome, { sessionId, callId }: HandlerContext): FileChange => ({
  sessionId,
  callId,
  path: asset.path,
  before: null,
  after: null,
  sha256Before: null,
  sha256After: sha256,
  compile: null,
  keptBy: null,
});

async function bringIn(source: string, path: string | undefined, context: HandlerContext): Promise<ImportOutcome> {
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
  const named = journal.messages.list(sessionId).some(({ role, text }) => role === 'user' && namesPath(text, source));
  if (named) return;
  throw new AppError(
    'denied',
    `The developer has not named ${source}. Ask for the full path of the file; nothing was read or copied.`,
    { data: { source } },
  );
}
