import type { Instance } from './replies.ts';

/** An editor as it is named in calls, `Name@hash`; the hash is that of its project's Assets folder. */
export const hashOf = (instanceId: string | null): string | null =>
  instanceId === null || !instanceId.includes('@') ? null : instanceId.slice(instanceId.lastIndexOf('@') + 1);

/** Which of the open editors is meant by `wanted` (`Name@hash`, hash or name); without one, the only one there is. */
export function findInstance(instances: readonly Instance[], wanted: string | null): Instance | undefined {
  if (wanted === null) return instances.length === 1 ? instances[0] : undefined;
  const exact = instances.find(({ id, hash }) => id === wanted || hash === wanted);
  if (exact !== undefined) return exact;
  const named = instances.filter(({ name }) => name === wanted);
  return named.length === 1 ? named[0] : undefined;
}
