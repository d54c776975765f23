import { call, say, type PlannerContext, type Turn } from '../turns.ts';
import type { Knowledge } from './knowledge.ts';
import { classNameOf, type Step } from './steps.ts';
import { textOf } from './textOf.ts';

export const notOffered = (tool: string) =>
  say(`That needs the function \`${tool}\`, which this session does not offer.`);

/** Looks at the scene first: a script goes onto the object that is there, else onto a new one. */
export function attachStep(
  context: PlannerContext,
  known: Knowledge,
  { path, target }: Extract<Step, { kind: 'attach' }>,
): Turn {
  const component = classNameOf(path);
  const listed = known.calls.findLast(({ name, outcome }) => name === 'listUnityScene' && outcome?.kind === 'ok');
  if (listed?.outcome?.kind !== 'ok') {
    if (!context.tools.has('listUnityScene')) return [notOffered('listUnityScene')];
    return [say("I'll look at the scene first."), call('listUnityScene', {})];
  }
  const rows = listed.outcome.fields['objects'];
  const objects: { path?: unknown; components?: unknown }[] = Array.isArray(rows) ? rows : [];
  const found = objects.find((object) => textOf(object.path).split('/').at(-1)?.toLowerCase() === target.toLowerCase());
  if (found !== undefined && Array.isArray(found.components) && found.components.includes(component)) {
    return [say(`**${textOf(found.path)}** has \`${component}\` already, so I changed nothing.`)];
  }
  const tool = found === undefined ? 'createUnityObject' : 'setUnityComponent';
  if (!context.tools.has(tool)) return [notOffered(tool)];
  const reason = `${component} works only on an object of the scene.`;
  const args =
    found === undefined
      ? {
          name: target,
          primitive: 'Capsule',
          position: [0, 1, 0],
          ...(target === 'Player' ? { tag: 'Player' } : {}),
          components: [{ type: component }],
          reason,
        }
      : { target: textOf(found.path), component, reason };
  const what =
    found === undefined ? `There is no ${target} in the scene, so I'll make one` : `I'll put it on ${target}`;
  return [say(`${what} with \`${component}\`.`), call(tool, args)];
}
