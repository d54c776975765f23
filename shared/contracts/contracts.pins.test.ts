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
    expect(Object.entries(routes).map(([name, route]) => `${route.kind} ${name}`)).toEqual([
      'query app.get',
      'query health.get',
      'query session.list',
      'command session.create',
      'query session.open',
      'command session.rename',
      'command session.archive',
      'command session.fork',
      'query session.export',
      'query session.describe_deletion',
      'command session.delete',
      'query history.search',
      'query team.search',
      'query team.list_choices',
      'query team.open',
      'query team.read_change',
      'command chat.send',
      'command chat.retry',
      'command chat.unqueue',
      'command chat.fork',
      'command chat.cancel',
      'command approval.decide',
      'command call.cancel',
      'query change.read',
      'command change.undo',
      'command change.undo_to',
      'query change.list_stored',
      'command preview.render',
      'query frame.read',
      'query image.read',
      'query asset.search',
      'command asset.ingest',
      'command asset.deconstruct',
      'query asset.snapshots',
      'query asset.snapshot',
      'query console.read',
      'command build.start',
      'query build.history',
      'command build.reveal',
      'query policy.list',
      'command policy.revoke',
      'command policy.remember',
      'query settings.get',
      'command settings.update',
      'query config.list',
      'query config.check',
      'command config.update',
      'query setup.test',
      'command setup.finish',
      'command setup.sandbox',
      'query data.get',
      'query data.preview_retention',
      'command data.apply_retention',
      'command data.erase',
      'query report.get',
      'command desktop.act',
      'query rules.get',
      'query rules.history',
      'command rules.set',
      'query prompt.list',
      'command prompt.save',
      'command prompt.delete',
      'query usage.get',
      'command budget.extend',
      'query insights.get',
      'command voice.start',
      'command voice.append',
      'command voice.commit',
      'command voice.stop',
      'command voice.heard',
      'query unity.list_instances',
      'command unity.choose_instance',
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
      'health.changed',
      'turn.changed',
      'usage.changed',
      'app.reopened',
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
