import { v7 as uuidv7 } from 'uuid';
import type { DemoClient } from './apiClient.ts';
import { playStep, stepIds, type Step, type StepId, type StepReport } from './step.ts';
import { requestSteps } from './requestSteps.ts';
import { storeSteps } from './storeSteps.ts';
import type { Evidence, ProjectDir, Story } from './types.ts';
import { unitySteps } from './unitySteps.ts';

export interface DemoReport {
  readonly ok: boolean;
  readonly mode: 'sandbox' | 'live';
  readonly sessionId: string;
  readonly totalMs: number;
  readonly steps: readonly StepReport[];
}

export interface DemoOptions {
  readonly client: DemoClient;
  readonly evidence: Evidence;
  readonly projectDir: ProjectDir;
  readonly mode: 'sandbox' | 'live';
  readonly signal: AbortSignal;
  readonly onStep?: (report: StepReport) => void;
  /** Shorter limits of single steps: for the fault tests, which know that nothing will come. */
  readonly limitsMs?: Readonly<Partial<Record<StepId, number>>>;
  /** Runs before each step: the fault tests stop a server here. */
  readonly beforeStep?: (id: StepId) => Promise<void>;
}

/**
 * Plays the seed's data flow, "Create a player controller", then a preview and a build, through the routes that the
 * window uses, and reads the evidence of each step back from the store it names. The first step that fails ends the
 * play: what follows depends on it.
 */
export async function playDemo(options: DemoOptions): Promise<DemoReport> {
  const { client, signal } = options;
  const started = performance.now();
  const { session } = await client.request('session.create', { title: 'Demo: create a player controller' });
  const story: Story = { sessionId: session.sessionId, messageId: uuidv7() };
  const steps: readonly Step[] = [
    ...requestSteps({ ...options, story }),
    ...storeSteps({ ...options, story }),
    ...unitySteps({ ...options, story }),
  ];
  const reports: StepReport[] = [];
  for (const id of stepIds) {
    const step = steps.find((candidate) => candidate.id === id);
    if (step === undefined || signal.aborted) break;
    await options.beforeStep?.(id);
    const report = await playStep({ ...step, limitMs: options.limitsMs?.[id] ?? step.limitMs }, signal);
    reports.push(report);
    options.onStep?.(report);
    if (!report.ok) break;
  }
  return {
    ok: reports.length === stepIds.length && reports.every((report) => report.ok),
    mode: options.mode,
    sessionId: story.sessionId,
    totalMs: Math.round(performance.now() - started),
    steps: reports,
  };
}
