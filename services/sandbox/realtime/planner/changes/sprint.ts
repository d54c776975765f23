import type { ChangeReader } from './types.ts';
import { replaceAll } from './replaceAll.ts';

/** "add sprint", for a controller of our own template. */
export const sprint: ChangeReader = (request) => {
  if (!/\b(sprint|sprinting|run when|running)\b/i.test(request)) return null;
  return (contents) => {
    if (/\bsprintMultiplier\b/.test(contents)) return { problem: 'This file can already sprint (`sprintMultiplier`).' };
    const changed = replaceAll(contents, [
      [
        '    [Tooltip("How fast the character turns',
        `    [Tooltip("Walking speed times this while Shift is held.")]
    [SerializeField, Min(1f)] private float sprintMultiplier = 1.6f;

    [Tooltip("How fast the character turns`,
      ],
      [
        '        controller.Move((direction * ',
        '        float speedFactor = ReadSprintInput() ? sprintMultiplier : 1f;\n        controller.Move((direction * speedFactor * ',
      ],
      [
        '    private static bool ReadJumpInput()',
        `    private static bool ReadSprintInput()
    {
#if ENABLE_INPUT_SYSTEM
        return Keyboard.current != null && Keyboard.current.leftShiftKey.isPressed;
#else
        return Input.GetKey(KeyCode.LeftShift);
#endif
    }

    private static bool ReadJumpInput()`,
      ],
    ]);
    if (changed === null) return { problem: 'I can add sprinting only to a player controller that I wrote.' };
    return { contents: changed, did: 'holding **Shift** sprints; `sprintMultiplier` is in the Inspector' };
  };
};
