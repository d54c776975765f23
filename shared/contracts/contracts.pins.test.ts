import { describe, expect, it } from 'vitest';
import { errorCodes } from '../errors/index.ts';
import { eventTypes, pushedSchemas, routes, streamName, subjectOf } from './index.ts';

/** What other programs and people rely on, as literals. A red test here means that a promise is being changed. */
describe('pinned names', () => {
  it('keeps the subjects of the seed document', () => {
    const sessionId = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(eventTypes.map((type) => subjectOf({ type, sessionId }).replace(sessionId, '{sid}'))).toEqual([
      'spark.session.{sid}',
      'spark.function_call.{sid}',
      'spark.telemetry.{sid}',
      'spark.usage.{sid}',
      'spark.runtime.unity.script_generated.{sid}',
      'spark.runtime.unity.patch_applied.{sid}',
      'spark.runtime.unity.asset_ingested.{sid}',
      'spark.runtime.unity.asset_deconstructed.{sid}',
      'spark.preview.unity.frame.{sid}',
      'spark.build.unity.started.{sid}',
      'spark.build.unity.progress.{sid}',
      'spark.build.unity.completed.{sid}',
      'spark.build.unity.failed.{sid}',
    ]);
    expect(streamName).toBe('SPARK');
  });

  it('keeps the routes of the window', () => {
    expect(
      Object.entries(routes)
        .map(([name, route]) => `${route.kind} ${name}`)
        .toSorted(),
    ).toEqual([
      'command approval.decide',
      'command asset.deconstruct',
      'command asset.ingest',
      'command budget.extend',
      'command build.reveal',
      'command build.start',
      'command call.cancel',
      'command change.undo',
      'command change.undo_to',
      'command chat.cancel',
      'command chat.fork',
      'command chat.retry',
      'command chat.send',
      'command chat.unqueue',
      'command config.update',
      'command data.apply_retention',
      'command data.erase',
      'command desktop.act',
      'command policy.remember',
      'command policy.revoke',
      'command preview.render',
      'command prompt.delete',
      'command prompt.save',
      'command rules.set',
      'command session.archive',
      'command session.create',
      'command session.delete',
      'command session.fork',
      'command session.rename',
      'command settings.update',
      'command setup.finish',
      'command setup.sandbox',
      'command unity.choose_instance',
      'command voice.append',
      'command voice.commit',
      'command voice.heard',
      'command voice.start',
      'command voice.stop',
      'query alert.list',
      'query app.get',
      'query asset.search',
      'query asset.snapshot',
      'query asset.snapshots',
      'query build.history',
      'query change.list_stored',
      'query change.read',
      'query config.check',
      'query config.list',
      'query console.read',
      'query data.get',
      'query data.preview_retention',
      'query frame.read',
      'query health.get',
      'query history.search',
      'query image.read',
      'query insights.get',
      'query policy.list',
      'query prompt.list',
      'query report.get',
      'query rules.get',
      'query rules.history',
      'query session.describe_deletion',
      'query session.export',
      'query session.list',
      'query session.open',
      'query settings.get',
      'query setup.test',
      'query team.list_choices',
      'query team.open',
      'query team.read_change',
      'query team.search',
      'query unity.list_instances',
      'query usage.get',
    ]);
  });

  it('keeps the pushed events', () => {
    expect(Object.keys(pushedSchemas)).toEqual([
      'session.changed',
      'session.deleted',
      'message.changed',
      'message.streamed',
      'call.changed',
      'change.changed',
      'frame.added',
      'build.changed',
      'alert.changed',
      'health.changed',
      'turn.changed',
      'usage.changed',
      'app.reopened',
      'app.link_opened',
      'rules.changed',
      'prompts.changed',
      'settings.changed',
      'voice.changed',
      'voice.audio',
    ]);
  });

  it('never renames an error code', () => {
    expect(errorCodes).toEqual(
      expect.arrayContaining(['invariant', 'invalid_input', 'not_found', 'unity_unsettled', 'stale_file', 'denied']),
    );
  });
});
