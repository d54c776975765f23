import { behaviour } from './behaviour.ts';
import { cameraFollow } from './cameraFollow.ts';
import { enemy } from './enemy.ts';
import { health } from './health.ts';
import { pickup } from './pickup.ts';
import { playerController } from './playerController.ts';

/** A kind of script that the planner can write. */
export interface Template {
  /** Words of a request that ask for it. */
  readonly asks: RegExp;
  readonly defaultName: string;
  readonly write: (name: string, wish: string) => string;
  /** What it does and how to use it, as a markdown list for the developer. */
  readonly notes: readonly string[];
}

/** The first that matches counts: `player health` asks for health. */
export const templates: readonly Template[] = [
  {
    asks: /\benem(y|ies)\b|\bpatrol/i,
    defaultName: 'EnemyController',
    write: enemy,
    notes: [
      'patrols between `waypoints`, chases what is tagged **Player** within `sightRange`',
      'gives up beyond `loseRange`; a gizmo shows the range',
      'needs a `Rigidbody` (added with it)',
    ],
  },
  {
    asks: /\bcamera\b/i,
    defaultName: 'CameraFollow',
    write: cameraFollow,
    notes: [
      'follows its target smoothly in `LateUpdate`; finds the object tagged **Player** when none is assigned',
      '`offset` and `smoothTime` are in the Inspector',
      'put it on the camera',
    ],
  },
  {
    asks: /\b(health|hit ?points?|damage)\b/i,
    defaultName: 'Health',
    write: health,
    notes: [
      '`TakeDamage(int)` and `Heal(int)`; `Changed` and `onDied` tell others',
      'a short time of invulnerability after each hit',
    ],
  },
  {
    asks: /\b(pick.?ups?|collectibles?|coins?|loot)\b/i,
    defaultName: 'Pickup',
    write: pickup,
    notes: [
      'spins and bobs; collected by what is tagged **Player**, then raises `onCollected` with its value',
      'its collider is made a trigger when you add it',
    ],
  },
  {
    asks: /\b(player|character|first.person|third.person)\b.*\b(controller|movement|script|controls?)\b|\bplayer ?controller\b/i,
    defaultName: 'PlayerController',
    write: playerController,
    notes: [
      'walks relative to the camera with **WASD**, jumps with **Space** (with a little coyote time)',
      '`moveSpeed`, `jumpHeight` and `gravity` are in the Inspector',
      'reads the Input System when the project uses it, else the Input Manager',
      'add it to your player: Unity adds the `CharacterController` with it',
    ],
  },
];

/** For every other wish. */
export const plainTemplate: Template = {
  asks: /./,
  defaultName: 'NewBehaviour',
  write: behaviour,
  notes: ['an empty component with logging and your wish as its summary, to be filled in'],
};
