import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import type { ScriptCompiler } from './compiler.ts';
import type { EditorConsole } from './console.ts';
import { readText, writeText } from './files.ts';
import { fail, pending, succeed, textOf, type Body } from './reply.ts';

/** The plugin command `manage_build`: jobs that are pending, then building, then succeeded or failed. */
export interface BuildPipeline {
  readonly execute: (params: Body) => Body;
  /** Resolves at once, or when the running build is over if builds block the main thread. */
  readonly whenUnblocked: () => Promise<void>;
  /** Resolves at once, or when the running build is over: Unity reloads no scripts while it builds. */
  readonly whenOver: () => Promise<void>;
  /**
   * A domain reload: the jobs are a static field of the plugin, so none is known any more, and one that had not begun yet
   * never does. The last report is a file of Unity's and stays.
   */
  readonly forgetJobs: () => void;
  /** The editor's process has ended: a running build ends with it, without a report, an output or a line. */
  readonly kill: () => void;
  readonly close: () => void;
}

interface Job {
  readonly id: string;
  readonly platform: string;
  readonly outputPath: string;
  readonly scenes: readonly string[];
  result: 'pending' | 'building' | 'succeeded' | 'failed';
  startedAt: Date | null;
  completedAt: Date | null;
  totalSizeMb: number;
  errors: number;
  warnings: number;
  error: string | null;
}

const targets: Readonly<Record<string, { platform: string; file: string; isInstalled: boolean }>> = {
  windows64: { platform: 'StandaloneWindows64', file: 'StandaloneWindows64/{name}.exe', isInstalled: true },
  osx: { platform: 'StandaloneOSX', file: 'StandaloneOSX/{name}.app', isInstalled: true },
  linux64: { platform: 'StandaloneLinux64', file: 'StandaloneLinux64/{name}.x86_64', isInstalled: true },
  android: { platform: 'Android', file: 'Android/{name}.apk', isInstalled: true },
  webgl: { platform: 'WebGL', file: 'WebGL/index.html', isInstalled: true },
  ios: { platform: 'iOS', file: 'iOS', isInstalled: false },
  uwp: { platform: 'WSAPlayer', file: 'WSAPlayer', isInstalled: false },
  tvos: { platform: 'tvOS', file: 'tvOS', isInstalled: false },
  visionos: { platform: 'VisionOS', file: 'VisionOS', isInstalled: false },
};
/** Between "scheduled" and BuildPlayer, Unity waits for the next editor tick. */
const startDelayMs = 100;
const megabyte = 1024 * 1024;

export function makeBuildPipeline(options: {
  readonly projectDir: string;
  readonly projectName: string;
  readonly assets: AssetDatabase;
  readonly compiler: ScriptCompiler;
  readonly console: EditorConsole;
  readonly buildMs: number;
  readonly blocks: boolean;
  /** Whether the last BuildReport outlives a domain reload and a restart (Unity 6). */
  readonly keepsReport: boolean;
}): BuildPipeline {
  const { projectDir, projectName, compiler, console, buildMs } = options;
  const jobs = new Map<string, Job>();
  const timers = new Set<NodeJS.Timeout>();
  let last: Job | undefined;
  let unblocked: Promise<void> = Promise.resolve();
  let over: Promise<void> = Promise.resolve();
  let endRun: (() => void) | undefined;

  function later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
  }

  function build(params: Body): Body {
    const name = textOf(params, 'target', 'windows64');
    const target = targets[name.toLowerCase()];
    if (target === undefined) {
      return fail(
        `Unknown build target: '${name}'. Valid targets: windows64, osx, linux64, android, ios, webgl, uwp, tvos.`,
      );
    }
    if (!target.isInstalled) return fail(`Platform '${target.platform}' is not installed. Install it via Unity Hub.`);
    const outputPath = textOf(params, 'output_path') || `Builds/${target.file.replace('{name}', projectName)}`;
    if (!isInside(projectDir, outputPath)) return fail(`Output path must be inside the project: '${outputPath}'.`);
    const given = params['scenes'];
    const job: Job = {
      id: `build-${randomBytes(5).toString('hex')}`,
      platform: target.platform,
      outputPath,
      scenes: Array.isArray(given) ? given.map(String) : enabledScenes(projectDir),
      result: 'pending',
      startedAt: null,
      completedAt: null,
      totalSizeMb: 0,
      errors: 0,
      warnings: 0,
      error: null,
    };
    jobs.set(job.id, job);
    later(startDelayMs, () => {
      if (jobs.has(job.id)) start(job);
    });
    return pending(`Build scheduled for ${job.platform}. Polling for completion...`, 5, {
      job_id: job.id,
      platform: job.platform,
    });
  }

  function start(job: Job): void {
    job.result = 'building';
    job.startedAt = new Date();
    const run = Promise.withResolvers<void>();
    over = run.promise;
    endRun = run.resolve;
    if (options.blocks) unblocked = run.promise;
    // Scripts that do not compile end a build early, as in Unity.
    later(compiler.errorCount() > 0 ? buildMs / 10 : buildMs, () => {
      finish(job);
      run.resolve();
    });
  }

  function finish(job: Job): void {
    job.completedAt = new Date();
    job.warnings = console.entries().filter((entry) => entry.type === 'Warning').length;
    const absent = job.scenes.filter((scene) => readText(join(projectDir, scene)) === null);
    if (compiler.errorCount() > 0) job.error = 'Error building Player because scripts had compiler errors';
    else if (absent.length > 0) job.error = `'${absent[0]}' is an incorrect path for a scene file.`;
    last = job;
    if (job.error !== null) {
      job.result = 'failed';
      job.errors = Math.max(1, compiler.errorCount());
      const message = `[MCP Build] ✗ Build failed: ${job.error}`;
      console.add({ type: 'Error', message, file: null, line: 0, stackTrace: null });
      return;
    }
    const content = playerFile(job);
    writeText(join(projectDir, job.outputPath), content);
    job.result = 'succeeded';
    job.totalSizeMb = Number((Buffer.byteLength(content) / megabyte).toFixed(2));
    console.log(`[MCP Build] Build succeeded: ${job.outputPath} (${job.totalSizeMb} MB)`);
  }

  /** A text file that names what went in, padded to the size of a small player. */
  function playerFile(job: Job): string {
    const scripts = compiler
      .scripts()
      .map(({ path, text }) => `${path} ${createHash('sha256').update(text).digest('hex')}`);
    const head = [`SPARK sandbox player`, job.platform, ...job.scenes, ...scripts].join('\n');
    return head.padEnd(2 * megabyte, '\n.');
  }

  function status(params: Body): Body {
    const id = textOf(params, 'job_id');
    if (id === '') {
      return last === undefined
        ? fail('No builds have been run in this session.')
        : succeed('Last completed build.', reportOf(last));
    }
    const job = jobs.get(id);
    if (job === undefined) return fail(`No job found with ID: ${id}`);
    if (job.result === 'pending' || job.result === 'building')
      return pending(`Build ${job.result}...`, 5, describe(job));
    return succeed(`Build ${capital(job.result)}.`, describe(job));
  }

  function cancel(params: Body): Body {
    const job = jobs.get(textOf(params, 'job_id'));
    if (job === undefined) return fail(`No job found with ID: ${textOf(params, 'job_id')}`);
    if (job.result !== 'building') return fail(`Build is already ${capital(job.result)}.`);
    return fail(
      'Cannot cancel a single build in progress. BuildPipeline.BuildPlayer is synchronous and blocks the editor until completion.',
    );
  }

  function forgetJobs(): void {
    jobs.clear();
    if (!options.keepsReport) last = undefined;
  }

  function stopTimers(): void {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  }

  return {
    whenUnblocked: () => unblocked,
    whenOver: () => over,
    forgetJobs,
    kill() {
      stopTimers();
      forgetJobs();
      endRun?.();
    },
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      switch (action) {
        case 'build':
          return build(params);
        case 'status':
          return status(params);
        case 'cancel':
          return cancel(params);
        case 'platform':
          return succeed('Current platform.', {
            target: 'StandaloneWindows64',
            target_group: 'Standalone',
            subtarget: 'Player',
          });
        case 'scenes': {
          const scenes = enabledScenes(projectDir).map((path) => ({
            path,
            enabled: true,
            guid: options.assets.guidOf(path),
          }));
          return succeed(`Build scenes (${scenes.length}).`, { scenes });
        }
        default:
          return fail(`The sandbox's Unity does not carry out manage_build '${action}'.`);
      }
    },
    close() {
      stopTimers();
      endRun?.();
    },
  };
}

function describe(job: Job): Body {
  const head = { job_id: job.id, result: job.result, platform: job.platform, output_path: job.outputPath };
  const started = job.startedAt === null ? head : { ...head, started_at: dotNetTime(job.startedAt) };
  if (job.startedAt === null || job.completedAt === null) return started;
  const seconds = (job.completedAt.getTime() - job.startedAt.getTime()) / 1000;
  return {
    ...started,
    duration_seconds: Number(seconds.toFixed(2)),
    completed_at: dotNetTime(job.completedAt),
    total_size_mb: job.totalSizeMb,
    errors: job.errors,
    warnings: job.warnings,
    ...(job.error === null ? {} : { error: job.error }),
  };
}

/** The last BuildReport, as Unity 6 keeps it: it knows nothing of the plugin's jobs. */
function reportOf(job: Job): Body {
  const { job_id: _id, started_at: _started, completed_at: _completed, error: _error, ...report } = describe(job);
  return report;
}

const dotNetTime = (date: Date): string => date.toISOString().replace('Z', '0000Z');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function isInside(projectDir: string, path: string): boolean {
  const inside = relative(projectDir, resolve(projectDir, path));
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
}

function enabledScenes(projectDir: string): string[] {
  const settings = readFileSync(join(projectDir, 'ProjectSettings/EditorBuildSettings.asset'), 'utf8');
  return [...settings.matchAll(/- enabled: 1\s+path: (\S.*)/g)].map(([, path = '']) => path.trim());
}
