import { basename } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import type { UnityObject } from './unityYaml.ts';

/** Names of the components in the Inspector's order. A script that does not exist is a null component and left out. */
export function componentTypes(object: UnityObject, assets: AssetDatabase): string[] {
  return object.components.flatMap((component) => {
    if (component.kind !== 'MonoBehaviour') return [component.kind];
    const script = assets.pathOf(/m_Script: \{[^}]*guid: ([0-9a-f]{32})/.exec(component.text)?.[1] ?? '');
    return script === null ? [] : [basename(script, '.cs')];
  });
}
