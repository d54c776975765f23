import type { Shape } from './renderModel.ts';
import { inverse, normalize, rotate, subtract, type Quaternion, type Vec3 } from './vectors.ts';

/**
 * A shape prepared for rays. This is the renderer's inner loop: numbers instead of vectors, because an array per step
 * made a frame of 640 by 360 take 3 s instead of 0.2 s.
 */
export interface Solid {
  readonly shape: Shape;
  /** Rows of the rotation from world to local space. */
  readonly toLocal: readonly [Vec3, Vec3, Vec3];
  readonly half: Vec3;
  readonly radius: number;
  /** Half height of the straight part of a capsule or cylinder. */
  readonly straight: number;
  /** Square of the radius of the sphere around it, for a quick miss. */
  readonly boundSquared: number;
}

const epsilon = 1e-4;

export function toSolid(shape: Shape): Solid {
  const [sx, sy, sz] = [Math.abs(shape.scale[0]), Math.abs(shape.scale[1]), Math.abs(shape.scale[2])];
  const half: Vec3 =
    shape.kind === 'plane'
      ? [sx * 5, 0, sz * 5]
      : shape.kind === 'capsule' || shape.kind === 'cylinder'
        ? [sx / 2, sy, sz / 2]
        : [sx / 2, sy / 2, sz / 2];
  const radius = shape.kind === 'sphere' ? Math.max(...half) : Math.max(half[0], half[2]);
  return {
    shape,
    toLocal: rowsOf(inverse(shape.rotation)),
    half,
    radius,
    straight: shape.kind === 'capsule' ? Math.max(0, half[1] - radius) : half[1],
    boundSquared: half[0] ** 2 + half[1] ** 2 + half[2] ** 2,
  };
}

/** Distance along the ray (origin o, unit direction d) to the solid, or Infinity. */
export function hitDistance(solid: Solid, o: Vec3, d: Vec3): number {
  const { position, kind } = solid.shape;
  const x = o[0] - position[0];
  const y = o[1] - position[1];
  const z = o[2] - position[2];
  if (kind !== 'plane') {
    const b = x * d[0] + y * d[1] + z * d[2];
    const outside = x * x + y * y + z * z - solid.boundSquared;
    if ((outside > 0 && b > 0) || b * b < outside) return Infinity;
  }
  const [r, s, t] = solid.toLocal;
  const ox = r[0] * x + r[1] * y + r[2] * z;
  const oy = s[0] * x + s[1] * y + s[2] * z;
  const oz = t[0] * x + t[1] * y + t[2] * z;
  const dx = r[0] * d[0] + r[1] * d[1] + r[2] * d[2];
  const dy = s[0] * d[0] + s[1] * d[1] + s[2] * d[2];
  const dz = t[0] * d[0] + t[1] * d[1] + t[2] * d[2];
  switch (kind) {
    case 'plane':
      return hitPlane(solid, ox, oy, oz, dx, dy, dz);
    case 'box':
      return hitBox(solid, ox, oy, oz, dx, dy, dz);
    case 'sphere':
      return hitSphere(solid.radius, ox, oy, oz, dx, dy, dz);
    case 'capsule':
    case 'cylinder':
      return hitUpright(solid, ox, oy, oz, dx, dy, dz);
  }
}

/** Outward normal in world space at a point on the solid. */
export function normalAt(solid: Solid, point: Vec3): Vec3 {
  const p = rotate(inverse(solid.shape.rotation), subtract(point, solid.shape.position));
  return rotate(solid.shape.rotation, normalize(localNormal(solid, p)));
}

function localNormal({ shape, half, straight }: Solid, p: Vec3): Vec3 {
  if (shape.kind === 'plane') return [0, 1, 0];
  if (shape.kind === 'sphere') return p;
  if (shape.kind === 'box') {
    const [x, y, z] = [p[0] / half[0], p[1] / half[1], p[2] / half[2]];
    const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
    if (Math.abs(x) === largest) return [Math.sign(x), 0, 0];
    return Math.abs(y) === largest ? [0, Math.sign(y), 0] : [0, 0, Math.sign(z)];
  }
  if (shape.kind === 'cylinder' && Math.abs(p[1]) > half[1] - epsilon) return [0, Math.sign(p[1]), 0];
  return [p[0], p[1] - Math.min(Math.max(p[1], -straight), straight), p[2]];
}

type LocalRay = (solid: Solid, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number) => number;

const hitPlane: LocalRay = ({ half }, ox, oy, oz, dx, dy, dz) => {
  const t = -oy / dy;
  if (!(t > epsilon)) return Infinity;
  return Math.abs(ox + dx * t) <= half[0] && Math.abs(oz + dz * t) <= half[2] ? t : Infinity;
};

const hitBox: LocalRay = ({ half }, ox, oy, oz, dx, dy, dz) => {
  const ax = (-half[0] - ox) / dx;
  const bx = (half[0] - ox) / dx;
  const ay = (-half[1] - oy) / dy;
  const by = (half[1] - oy) / dy;
  const az = (-half[2] - oz) / dz;
  const bz = (half[2] - oz) / dz;
  const near = Math.max(Math.min(ax, bx), Math.min(ay, by), Math.min(az, bz));
  const far = Math.min(Math.max(ax, bx), Math.max(ay, by), Math.max(az, bz));
  return near <= far && near > epsilon ? near : Infinity;
};

function hitSphere(radius: number, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
  const b = ox * dx + oy * dy + oz * dz;
  const root = b * b - (ox * ox + oy * oy + oz * oz) + radius * radius;
  if (root < 0) return Infinity;
  const t = -b - Math.sqrt(root);
  return t > epsilon ? t : Infinity;
}

/** An upright cylinder with round ends (capsule) or flat ones. */
const hitUpright: LocalRay = ({ shape, radius, straight }, ox, oy, oz, dx, dy, dz) => {
  const a = dx * dx + dz * dz;
  const b = ox * dx + oz * dz;
  const root = b * b - a * (ox * ox + oz * oz - radius * radius);
  if (root < 0) return Infinity;
  const side = (-b - Math.sqrt(root)) / a;
  if (side > epsilon && Math.abs(oy + dy * side) <= straight) return side;
  if (shape.kind === 'capsule') {
    const upper = hitSphere(radius, ox, oy - straight, oz, dx, dy, dz);
    return Math.min(upper, hitSphere(radius, ox, oy + straight, oz, dx, dy, dz));
  }
  const cap = (Math.sign(oy) * straight - oy) / dy;
  const x = ox + dx * cap;
  const z = oz + dz * cap;
  return cap > epsilon && x * x + z * z <= radius * radius ? cap : Infinity;
};

function rowsOf(rotation: Quaternion): readonly [Vec3, Vec3, Vec3] {
  const x = rotate(rotation, [1, 0, 0]);
  const y = rotate(rotation, [0, 1, 0]);
  const z = rotate(rotation, [0, 0, 1]);
  return [
    [x[0], y[0], z[0]],
    [x[1], y[1], z[1]],
    [x[2], y[2], z[2]],
  ];
}
