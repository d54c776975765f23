import { basename } from 'node:path';
import type { CompiledScript } from './compiler.ts';
import { guidOf, sha256Of } from './files.ts';
import type { UnityObject } from './unityYaml.ts';
import { parseUnityYaml } from './unityYaml.ts';
import { writeUnityYaml } from './unityYamlWriter.ts';

/**
 * A real editor shows nothing of a script until a person puts it on an object. The sandbox has no person, so it puts
 * each MonoBehaviour of its own file onto a new object: a capsule for a player, a cube for anything else. Its place
 * follows the script's first number (`speed = 5f`), so an edit of that number moves it and the next frame differs.
 */
export function spawnedObjects(scripts: readonly CompiledScript[]): UnityObject[] {
  const behaviours = scripts.filter((script) => {
    const stem = basename(script.path, '.cs');
    return script.types.some((type) => type.name === stem && type.bases.includes('MonoBehaviour'));
  });
  return behaviours.flatMap((script, index) => {
    const stem = basename(script.path, '.cs');
    const isPlayer = /player|character|hero/i.test(stem);
    const number = Math.min(Math.max(firstNumber(script.text), 0), 20);
    const slot = isPlayer ? 0 : 1 + (index % 6);
    const objects = parseUnityYaml(
      writeUnityYaml([
        {
          name: `${stem} (not placed)`,
          ...(isPlayer ? { tag: 'Player' } : {}),
          position: isPlayer ? [-0.4, 1, number * 0.18 - 0.9] : [slot * 0.9 - 3.4, 0.3 + number * 0.02, -1.2],
          scale: isPlayer ? [1, 1, 1] : [0.6, 0.6, 0.6],
          mesh: isPlayer ? 'Capsule' : 'Cube',
          material: isPlayer ? 'Assets/Materials/Player.mat' : 'Assets/Materials/Stone.mat',
          script: script.path,
        },
      ]),
    );
    const offset = Number.parseInt(sha256Of(guidOf(script.path)).slice(0, 6), 16);
    return objects.map((object) => ({ ...object, fileId: String(offset + Number(object.fileId)) }));
  });
}

function firstNumber(text: string): number {
  const field = /\b(?:float|int|double)\s+\w*[sS]peed\w*\s*=\s*(-?\d+(?:\.\d+)?)/.exec(text);
  const any = field ?? /=\s*(-?\d+(?:\.\d+)?)f?\s*;/.exec(text);
  return any === null ? 5 : Number(any[1]);
}
