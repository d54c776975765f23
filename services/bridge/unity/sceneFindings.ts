import { AppError } from '../../../shared/errors/index.ts';
import type { SceneReads } from './sceneReads.ts';
import type { StandingOf } from './sceneStanding.ts';
import { sameValue } from './sceneText.ts';
import type { SceneEdit, SceneObject, SceneVerdict, SceneWrite } from './sceneTypes.ts';

/** A change that was confirmed, with what only Unity knows afterwards; its undo takes back no more than this. */
export function afterwards({ plan, componentsBefore }: SceneWrite, object: SceneObject | null): SceneVerdict {
  const { edit } = plan;
  const components = object?.components ?? [];
  const done = (completed: SceneEdit): SceneVerdict => ({ outcome: 'applied', edit: completed, components, why: '' });
  if (edit.kind === 'create' && object !== null) {
    const { children, position } = object;
    return done({ ...edit, made: { components, children, position } });
  }
  if (edit.kind === 'add') return done({ ...edit, added: addedTo(componentsBefore, components).toReversed() });
  return done(edit);
}

/**
 * What became of a change whose end nobody saw, by the scene as it is now. The developer may have worked in it since, so
 * nothing is taken back or sent again, and an undo is offered only for what is surely as SPARK made it.
 */
export async function foundLater(
  write: SceneWrite,
  doors: { readonly reads: Pick<SceneReads, 'activeScene' | 'find'>; readonly standingOf: StandingOf },
  signal: AbortSignal,
): Promise<SceneVerdict> {
  const { edit, scene } = write.plan;
  const verdict = (outcome: 'not_applied' | 'unknown', why: string): SceneVerdict => ({
    outcome,
    edit,
    components: [],
    why,
  });
  const open = await doors.reads.activeScene(signal);
  if (open !== scene) return verdict('unknown', `${scene} is not the open scene any more (${open} is).`);
  try {
    switch (await doors.standingOf(edit, signal)) {
      case 'done':
        return careful(write, await doors.reads.find(edit.path, signal));
      case 'open':
        return verdict('not_applied', 'The scene does not have it.');
      case 'partial':
        return verdict('unknown', `Only a part of it is there now.`);
      case 'other':
        return verdict('unknown', `${edit.path} is neither as it was before nor as it was meant to be.`);
    }
  } catch (error) {
    // Several objects of this path: which of them is meant cannot be told.
    if (!(error instanceof AppError) || !Array.isArray(error.data['paths'])) throw error;
    return verdict('unknown', error.message);
  }
}

/** What came with a component, and what an object has beside what was asked for, may be the developer's own by now. */
function careful(write: SceneWrite, object: SceneObject | null): SceneVerdict {
  const verdict = afterwards(write, object);
  const { edit } = verdict;
  if (edit.kind === 'add') return { ...verdict, edit: { ...edit, added: [edit.component] } };
  if (edit.kind !== 'create' || object === null) return verdict;
  const { request } = edit;
  const wanted = new Set([...bareComponents(request.primitive), ...request.components.map(({ type }) => type)]);
  const isAsMade =
    object.children === 0 &&
    object.components.every((name) => wanted.has(name)) &&
    (request.parent !== undefined || sameValue(request.position ?? [0, 0, 0], object.position));
  return isAsMade ? verdict : { ...verdict, edit: { ...edit, made: null } };
}

/** What Unity gives a new object by itself. */
const bareComponents = (primitive: string | undefined): readonly string[] =>
  primitive === undefined
    ? ['Transform']
    : ['Transform', 'MeshFilter', 'MeshRenderer', ...(colliders[primitive.toLowerCase()] ?? [])];
const colliders: Readonly<Record<string, readonly string[]>> = {
  cube: ['BoxCollider'],
  sphere: ['SphereCollider'],
  capsule: ['CapsuleCollider'],
  cylinder: ['CapsuleCollider'],
  plane: ['MeshCollider'],
  quad: ['MeshCollider'],
};

function addedTo(before: readonly string[], now: readonly string[]): string[] {
  const old = [...before];
  return now.filter((name) => {
    const at = old.indexOf(name);
    if (at >= 0) old.splice(at, 1);
    return at < 0;
  });
}
