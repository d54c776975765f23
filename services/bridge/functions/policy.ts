import type { Effect, PolicyRule } from '../../../shared/contracts/index.ts';
import { folderOf, isUnder, parseAssetPath } from '../../../shared/domain/index.ts';
import type { PolicyDefault } from './types.ts';

/**
 * Who decides. Reads need nobody. A write is automatic only under a folder for which the developer has said so. Builds
 * always ask. A file in a folder named `Editor` runs inside the developer's editor as soon as it is compiled, so it asks
 * whatever was said for the folder around it.
 */
export function decidePolicy(request: {
  readonly effect: Effect;
  readonly policyDefault: PolicyDefault;
  readonly path: string | null;
  readonly rules: readonly PolicyRule[];
}): PolicyDefault {
  if (request.policyDefault === 'never') return 'never';
  switch (request.effect) {
    case 'read':
      return request.policyDefault;
    case 'build':
      return 'ask';
    case 'write': {
      const { path } = request;
      if (path === null || !mayBeRemembered(path)) return 'ask';
      return request.rules.some((rule) => rule.effect === 'write' && isUnder(path, rule.folder)) ? 'automatic' : 'ask';
    }
  }
}

/** The folder that "always here" would remember for a file, or null when a write there always asks. */
export const rememberFolderOf = (path: string): string | null => (mayBeRemembered(path) ? folderOf(path) : null);

/** Whether a rule may be made for this folder at all: under `Assets/`, not `Assets` itself, not an `Editor` folder. */
export const isRememberableFolder = (folder: string): boolean => mayBeRemembered(`${folder}/any`);

function mayBeRemembered(path: string): boolean {
  if (parseAssetPath(path).kind === 'refused') return false;
  const folders = path.split('/').slice(0, -1);
  return folders.length > 1 && !folders.some((folder) => folder.toLowerCase() === 'editor');
}
