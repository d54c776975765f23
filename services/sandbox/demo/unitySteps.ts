import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import type { DemoClient } from './apiClient.ts';
import { eventually, type Step } from './step.ts';
import type { Evidence, ProjectDir, Story } from './types.ts';

/** Beyond the seed's eight: a preview frame, and a build followed from start to end. */
export function unitySteps(options: {
  readonly client: DemoClient;
  readonly evidence: Evidence;
  readonly projectDir: ProjectDir;
  readonly story: Story;
}): Step[] {
  const { client, evidence, projectDir, story } = options;
  const { sessionId } = story;

  return [
    {
      id: 'preview',
      name: 'preview',
      limitMs: 60_000,
      advice: 'check that the open scene has a camera',
      play: async (signal) => {
        const { frame } = await client.request('preview.render', { sessionId });
        const { bytes } = await client.request('frame.read', { frameId: frame.frameId });
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        if (sha256 !== frame.sha256)
          throw new AppError('unity_failed', `the frame's bytes have sha256 ${sha256}, not ${frame.sha256}`);
        if (frame.blank) throw new AppError('unity_failed', 'the frame is blank');
        const row = await eventually(
          'the row in spark_previews',
          () => evidence.preview(sessionId, frame.frameId),
          signal,
        );
        return `${frame.width}×${frame.height}, ${bytes.length} bytes, sha256 ${row.sha256.slice(0, 16)}…; primary: spark_previews ${frame.frameId}`;
      },
    },
    {
      id: 'build',
      name: 'build',
      limitMs: 15 * 60_000,
      advice: 'read the build tab: it shows Unity’s errors',
      play: async (signal) => {
        let progress = 0;
        const stop = client.on('build.changed', ({ build }) => {
          if (build.sessionId === sessionId && build.state === 'building') progress += 1;
        });
        try {
          const { build } = await client.request('build.start', { sessionId, target: 'linux64' });
          const ended = await eventually(
            'the end of the build',
            () => buildEnded(client, sessionId, build.buildId),
            signal,
          );
          if (ended.state !== 'succeeded')
            throw new AppError('unity_failed', ended.reason ?? `the build ended as ${ended.state}`);
          if (progress === 0) throw new AppError('internal', 'no progress was pushed while it ran');
          const row = await eventually(
            'the finished row in spark_build_jobs',
            () => evidence.build(sessionId, build.buildId),
            signal,
          );
          const output = await outputEvidence(projectDir, ended.outputPath);
          return `${ended.target} ${ended.state} after ${(ended.elapsedMs / 1000).toFixed(1)} s, ${progress} progress events, ${output}; primary: spark_build_jobs ${row.state}`;
        } finally {
          stop();
        }
      },
    },
  ];
}

async function buildEnded(client: DemoClient, sessionId: string, buildId: string) {
  const { builds } = await client.request('session.open', { sessionId });
  const build = builds.find((candidate) => candidate.buildId === buildId);
  return build !== undefined && ['succeeded', 'failed', 'cancelled'].includes(build.state) ? build : null;
}

async function outputEvidence(projectDir: ProjectDir, outputPath: string | null): Promise<string> {
  if (projectDir === null || outputPath === null) return `output ${outputPath ?? 'not told'}`;
  const { size } = await stat(join(projectDir, outputPath));
  return `on disk: ${outputPath}, ${size} bytes`;
}
