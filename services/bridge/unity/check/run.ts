import { AppError } from '../../../../shared/errors/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { CallContext, CallResult, UnityConnection } from '../index.ts';
import { checkFolder, checkScript, expectedShape, probes, type Probe } from './probes.ts';
import { compareShapes, shapeOf, type ShapeDifference } from './shapes.ts';

/**
 * The check of a live editor: everything happens in `Assets/SparkCheck`, which is removed at the end whatever went
 * wrong. A folder of that name that is there already is left alone, and nothing is done.
 */
export interface CheckStep {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was seen, or what went wrong. */
  readonly detail: string;
}
export interface CheckReport {
  readonly ok: boolean;
  readonly steps: readonly CheckStep[];
  readonly shapes: readonly { readonly name: string; readonly difference: ShapeDifference | string }[];
}

/** Together longer than a domain reload takes. */
const attempts = 20;
const pauseMs = 1_000;
const isPassing = ({ kind }: CallResult): boolean => ['not_sent', 'busy', 'may_have_run'].includes(kind);
const name = 'SparkCheckProbe';
/** Parses, and does not compile. */
const twin = `public class ${name} {}`;
const script = (body: string): string =>
  `using UnityEngine;\n\npublic class ${name} : MonoBehaviour\n{\n    public float speed = ${body}\n}\n`;

export async function runCheck(deps: {
  readonly unity: UnityConnection;
  readonly context: CallContext;
  readonly onStep: (step: CheckStep) => void;
}): Promise<CheckReport> {
  const { unity, context, onStep } = deps;
  const steps: CheckStep[] = [];
  const shapes: { name: string; difference: ShapeDifference | string }[] = [];

  async function step(title: string, work: () => Promise<string>): Promise<boolean> {
    const started = performance.now();
    const done = (ok: boolean, detail: string): boolean => {
      const row = { name: title, ok, ms: Math.round(performance.now() - started), detail };
      steps.push(row);
      onStep(row);
      return ok;
    };
    try {
      return done(true, await work());
    } catch (error) {
      if (context.signal.aborted && title !== removal) throw error;
      return done(false, error instanceof AppError ? `${error.code}: ${error.message}` : String(error));
    }
  }

  const patch = async (search: string, replace: string): Promise<string> => {
    const plan = await unity.planPatch({ path: checkScript, edits: [{ search, replace }] }, context);
    const { compile } = await unity.unityApplyPatch(plan, context);
    return `${compile.status}, ${compile.errors.length} error(s)`;
  };

  /** A read may itself make Unity reload, so that the next one finds no editor for a moment. */
  async function ask(item: Probe): Promise<CallResult> {
    for (let attempt = 1; ; attempt += 1) {
      const { instanceId } = await unity.editor.refresh();
      const options = { instanceId, signal: context.signal };
      const reply =
        'tool' in item.call
          ? await unity.client.call(item.call.tool, item.call.args, options)
          : await unity.client.readResource(item.call.resource, options);
      if (!isPassing(reply) || attempt === attempts || context.signal.aborted) return reply;
      await waitMs(pauseMs, context.signal);
    }
  }

  async function probe(item: Probe): Promise<string> {
    const reply = await ask(item);
    if (reply.kind !== 'reply') {
      shapes.push({ name: item.name, difference: `${reply.kind}: ${reply.message}` });
      throw new AppError('unity_failed', reply.message);
    }
    const difference = compareShapes(expectedShape(item), shapeOf(reply.body));
    shapes.push({ name: item.name, difference });
    const count = difference.missing.length + difference.added.length + difference.changed.length;
    return count === 0 ? 'as captured' : `${count} field(s) differ`;
  }

  const removal = `${checkFolder} is removed`;
  const isReady = await step('the editor answers', async () => {
    const { kind, detail, projectName, unityVersion, serverVersion } = await unity.editor.refresh();
    if (kind !== 'ready') throw new AppError('unity_busy', `${kind}. ${detail}`);
    return `${projectName ?? 'a project'} in Unity ${unityVersion ?? 'of unknown version'}, MCP for Unity ${serverVersion ?? 'of unknown version'}`;
  });
  const isFree =
    isReady &&
    (await step(`${checkFolder} is free`, async () => {
      if (await exists(unity, context)) {
        throw new AppError('invalid_input', `${checkFolder} is there already. Remove it and start the check again.`);
      }
      return 'nothing of that name';
    }));
  if (!isFree) return { ok: false, steps, shapes };

  try {
    await step('a script is created and compiled', async () => {
      const plan = await unity.planScript({ name, path: checkFolder, contents: script('5f;') }, context);
      const { compile } = await unity.unityGenerateScript(plan, context);
      if (compile.status !== 'ok') throw new AppError('unity_failed', `The compile ended as ${compile.status}.`);
      return plan.sha256After.slice(0, 12);
    });
    await step('it is read back', async () => {
      const { contents } = await unity.readScript({ path: checkScript }, context);
      if (contents !== script('5f;')) throw new AppError('unity_failed', 'The text is not the one that was written.');
      return `${contents.length} characters`;
    });
    await step('a patch is applied', () => patch('5f;', '6f;'));
    await step('a compile error is told with its place', async () => {
      const seen = await patch('6f;\n}', `6f;\n}\n\n${twin}`);
      if (seen.startsWith('ok')) throw new AppError('unity_failed', 'Unity reported no error for a class named twice.');
      return seen;
    });
    await step('and mended', () => patch(`\n\n${twin}`, ''));
    await step('a preview is rendered', async () => {
      const shot = await unity.unityRenderPreview({ source: 'game_view', maxResolution: 320 }, context);
      return `${shot.width}×${shot.height}, ${shot.camera ?? 'no camera named'}`;
    });
    for (const item of probes) await step(`reply: ${item.name}`, () => probe(item));
  } finally {
    await step(removal, () => removeFolder(unity));
  }
  return { ok: steps.every(({ ok }) => ok), steps, shapes };
}

async function exists(unity: UnityConnection, context: CallContext): Promise<boolean> {
  try {
    await unity.unityIngestAsset({ path: checkFolder }, context);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}

/** Also after Ctrl-C, so without the signal of the check; waits for a reload that is under way. */
async function removeFolder(unity: UnityConnection): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const { instanceId } = await unity.editor.refresh();
    const reply = await unity.client.call('manage_asset', { action: 'delete', path: checkFolder }, { instanceId });
    if (reply.kind === 'reply' || /not found/i.test(reply.message)) return 'removed';
    if (!isPassing(reply) || attempt === attempts) {
      throw new AppError('unity_failed', `${reply.message} Remove ${checkFolder} by hand.`);
    }
    await waitMs(pauseMs);
  }
}
