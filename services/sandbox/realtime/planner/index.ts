import { call, say, type Planner, type PlannerContext, type Turn } from '../turns.ts';
import { capabilities, explainFailure, smalltalk, summarize } from './answers.ts';
import { editsBetween } from './edits.ts';
import { stepsOf } from './intents/index.ts';
import { inEnglish } from './languages.ts';
import { learn, type Knowledge, type KnownCall } from './knowledge.ts';
import { mend } from './mend.ts';
import { classNameOf, type Step } from './steps.ts';
import { attachStep, notOffered } from './attach.ts';
import { aboutPictures, notUnderstood } from './senses.ts';
import { textOf } from './textOf.ts';

/**
 * The scripted model: it understands a few kinds of request, well enough to be tried by a person. It remembers nothing;
 * each answer follows from the conversation alone, so a reconnect with replayed history changes nothing.
 */
export const makePlanner = (): Planner => plan;

const mendReason = 'Mend: ';
const maxMends = 2;

function plan(context: PlannerContext): Turn {
  const known = learn(context.items);
  if (known.request === null) return [say(capabilities(context.tools))];
  const last = known.calls.at(-1);
  if (known.calls.some((entry) => entry.outcome === null)) {
    return [say('I am still waiting for the result of the last function.')];
  }
  if (last === undefined) {
    if (typeof context.unheardSeconds === 'number') return [say(notUnderstood(context.unheardSeconds))];
    const steps = stepsOf({ text: inEnglish(known.request), files: known.files });
    if (steps.length > 0) return next(context, known, steps, 0);
    return [say(known.pictures.length > 0 ? aboutPictures(known.pictures) : smalltalk(known, context.tools))];
  }
  return proceed(context, known, last);
}

/** What follows when functions have answered: acknowledge, explain, mend, go on, or sum up. */
function proceed(context: PlannerContext, known: Knowledge, last: KnownCall): Turn {
  const denied = known.calls.flatMap((entry) => (entry.outcome?.kind === 'denied' ? [entry.outcome.reason] : []))[0];
  if (denied !== undefined) {
    const reason = denied.trim() === '' ? '' : ` You said: "${denied.trim()}".`;
    return [say(`All right, I left it as it was.${reason} Tell me what to do differently, and I will try again.`)];
  }
  const failed = known.calls.find((entry) => entry.outcome?.kind === 'failed' && !canRetry(known, entry));
  if (failed?.outcome?.kind === 'failed') return [say(explainFailure(failed.name, failed.outcome))];

  const broken = compileErrorsOf(known);
  if (broken !== null) return mendStep(context, known, broken);

  const steps = stepsOf({ text: inEnglish(known.request ?? ''), files: filesBefore(known) });
  const done = known.calls.filter((entry) => isMain(entry, steps)).length;
  if (done < steps.length) return next(context, known, steps, done);
  const seen = known.pictures.length === 0 ? '' : `\n\n${aboutPictures(known.pictures)}`;
  return [say(`${summarize(known, steps, last)}${seen}`)];
}

/** A patch that met another file than it expected may be tried once more, after reading the file. */
function canRetry(known: Knowledge, entry: KnownCall): boolean {
  if (entry.name !== 'applyUnityPatch' || entry.outcome?.kind !== 'failed') return false;
  const again = ['stale_file', 'patch_mismatch'].includes(entry.outcome.code);
  return again && known.calls.filter((other) => other.outcome?.kind === 'failed').length < 2;
}

/** Calls that finish a step, not the reads and repairs on the way to it. */
function isMain(entry: KnownCall, steps: readonly Step[]): boolean {
  if (entry.outcome?.kind !== 'ok' || textOf(entry.arguments['reason']).startsWith(mendReason)) return false;
  if (entry.name === 'listUnityScene') return steps.every((step) => step.kind !== 'attach');
  if (entry.name !== 'readUnityScript') return true;
  return steps.some((step) => step.kind === 'call' && step.tool === 'readUnityScript');
}

/** The files as they were known when the request came: those its own calls made do not count for understanding it. */
const filesBefore = (known: Knowledge): Knowledge['files'] => {
  const made = new Set(
    known.calls.flatMap((entry) =>
      entry.name === 'generateUnityScript' && entry.outcome?.kind === 'ok' ? [entry.outcome.fields.path] : [],
    ),
  );
  return known.files.filter((file) => !made.has(file.path));
};

function next(context: PlannerContext, known: Knowledge, steps: readonly Step[], from: number): Turn {
  const first = steps[from];
  if (first === undefined) return [];
  if (first.kind === 'change') return changeStep(context, known, first);
  if (first.kind === 'attach') return attachStep(context, known, first);
  if (first.kind === 'mend') return mendStep(context, known, { path: first.path, errors: [] });
  const group = [first];
  for (const step of steps.slice(from + 1)) {
    if (!context.parallelCalls || step.kind !== 'call' || !step.parallel || !first.parallel) break;
    group.push(step);
  }
  const missing = group.find((step) => !context.tools.has(step.tool));
  if (missing !== undefined) return [notOffered(missing.tool)];
  return [say(group.map((step) => step.announce).join(' ')), ...group.map((step) => call(step.tool, step.arguments))];
}

function changeStep(context: PlannerContext, known: Knowledge, step: Extract<Step, { kind: 'change' }>): Turn {
  const contents = contentsOf(known, step.path);
  if (contents === null) return readFirst(context, known, step.path);
  let after = contents;
  const did: string[] = [];
  for (const change of step.changes) {
    const changed = change(after);
    if ('problem' in changed) return [say(changed.problem)];
    after = changed.contents;
    did.push(changed.did);
  }
  if (after === contents) return [say(`\`${step.path}\` is like that already, so I changed nothing.`)];
  if (!context.tools.has('applyUnityPatch')) return [notOffered('applyUnityPatch')];
  const patch = {
    path: step.path,
    edits: editsBetween(contents, after),
    reason: did.join('; ').replaceAll(/[`*]/g, ''),
  };
  return [say(`I'll change \`${classNameOf(step.path)}\`: ${did.join('; ')}.`), call('applyUnityPatch', patch)];
}

interface Broken {
  readonly path: string;
  readonly errors: readonly {
    readonly message: string;
    readonly code?: string | undefined;
    readonly line?: number | undefined;
  }[];
}

/** The compile errors of the latest write, unless a later one removed them. */
function compileErrorsOf(known: Knowledge): Broken | null {
  const write = known.calls.findLast(
    ({ outcome }) =>
      outcome?.kind === 'ok' && outcome.fields.compile !== undefined && outcome.fields.unchanged !== true,
  );
  if (write?.outcome?.kind !== 'ok') return null;
  const { compile, path } = write.outcome.fields;
  return compile?.status === 'errors' && path !== undefined ? { path, errors: compile.errors } : null;
}

function mendStep(context: PlannerContext, known: Knowledge, broken: Broken): Turn {
  const listed = broken.errors
    .map((error) => `- line ${error.line ?? '?'}: ${error.code ?? ''} ${error.message}`)
    .join('\n');
  const tries = known.calls.filter((entry) => textOf(entry.arguments['reason']).startsWith(mendReason)).length;
  if (broken.errors.length === 0) return [say('I see no compile errors to mend. Tell me what should change.')];
  const contents = contentsOf(known, broken.path);
  if (contents === null && tries < maxMends) return readFirst(context, known, broken.path);
  const mended = contents === null || tries >= maxMends ? null : mend(contents, broken.errors);
  if (contents === null || mended === null) {
    return [
      say(
        `\`${broken.path}\` does not compile, and I could not mend it:\n\n${listed}\n\nTell me how it should be, or edit it in Unity.`,
      ),
    ];
  }
  const code = broken.errors[0]?.code ?? 'compile error';
  if (!context.tools.has('applyUnityPatch')) return [notOffered('applyUnityPatch')];
  const patch = { path: broken.path, edits: editsBetween(contents, mended), reason: `${mendReason}${code}` };
  return [say(`Unity reports:\n\n${listed}\n\nI'll mend that.`), call('applyUnityPatch', patch)];
}

function readFirst(context: PlannerContext, known: Knowledge, path: string): Turn {
  const last = known.calls.at(-1);
  if (last?.name === 'readUnityScript') {
    return [say(`I could not get the whole of \`${path}\`, so I left it alone.`)];
  }
  if (!context.tools.has('readUnityScript')) return [notOffered('readUnityScript')];
  return [say(`I'll read \`${path}\` first.`), call('readUnityScript', { path })];
}

const contentsOf = (known: Knowledge, path: string): string | null =>
  known.files.find((file) => file.path === path)?.contents ?? null;
