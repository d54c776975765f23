import type { ChangeReader } from './types.ts';
import { replaceAll } from './replaceAll.ts';

/** "add double jump", for a controller of our own template. */
export const doubleJump: ChangeReader = (request) => {
  if (!/\b(double|air|second)[ -]?jump/i.test(request)) return null;
  return (contents) => {
    if (/\bairJumps\b/.test(contents)) return { problem: 'This file can already jump in the air (`airJumps`).' };
    const changed = replaceAll(contents, [
      [
        '    // Keeps the controller pressed',
        `    [Tooltip("Jumps in the air before landing; 1 is a double jump.")]
    [SerializeField, Min(0)] private int airJumps = 1;

    // Keeps the controller pressed`,
      ],
      ['    private float verticalVelocity;\n', '    private float verticalVelocity;\n    private int airJumpsLeft;\n'],
      [
        '            lastGroundedTime = Time.time;\n',
        '            lastGroundedTime = Time.time;\n            airJumpsLeft = airJumps;\n',
      ],
      [
        '        if (ReadJumpInput() && Time.time - lastGroundedTime <= coyoteTime) Jump();\n',
        `        if (ReadJumpInput())
        {
            if (Time.time - lastGroundedTime <= coyoteTime) Jump();
            else if (airJumpsLeft > 0)
            {
                airJumpsLeft -= 1;
                Jump();
            }
        }

`,
      ],
    ]);
    if (changed === null) return { problem: 'I can add a double jump only to a player controller that I wrote.' };
    return { contents: changed, did: 'it can jump once more in the air; `airJumps` in the Inspector says how often' };
  };
};
