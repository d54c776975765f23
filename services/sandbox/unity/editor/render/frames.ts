import { PNG } from 'pngjs';
import type { RenderModel } from './renderModel.ts';
import { traceFrame, type View } from './rayTracer.ts';
import { normalize, subtract, type Quaternion, type Vec3 } from './vectors.ts';

export interface Frame {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

export interface FrameRenderer {
  /** One picture, 16:9, `longestEdge` wide. */
  readonly render: (model: RenderModel, view: View, longestEdge: number) => Frame;
  /** Six pictures in three columns; the whole sheet is `longestEdge` wide. */
  readonly renderSheet: (model: RenderModel, views: readonly View[], longestEdge: number) => Frame;
}

const columns = 3;
const keptFrames = 8;

/** Renders frames; an unchanged scene from the same place is taken from the last few instead of drawn again. */
export function makeFrameRenderer(): FrameRenderer {
  const kept = new Map<string, Frame>();

  function cached(key: string, draw: () => Frame): Frame {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const frame = draw();
    kept.set(key, frame);
    const [oldest] = kept.keys();
    if (kept.size > keptFrames && oldest !== undefined) kept.delete(oldest);
    return frame;
  }

  return {
    render(model, view, longestEdge) {
      const width = longestEdge;
      const height = Math.max(1, Math.round((width * 9) / 16));
      return cached(JSON.stringify([model.shapes, model.sun, view, width]), () =>
        encode(traceFrame(model, view, width, height), width, height),
      );
    },
    renderSheet(model, views, longestEdge) {
      const width = Math.max(1, Math.floor(longestEdge / columns));
      const height = Math.max(1, Math.round((width * 9) / 16));
      const rows = Math.ceil(views.length / columns);
      return cached(JSON.stringify([model.shapes, model.sun, views, width]), () => {
        const sheet = new Uint8Array(width * columns * height * rows * 4).fill(255);
        for (const [index, view] of views.entries()) {
          const tile = traceFrame(model, view, width, height);
          const left = (index % columns) * width;
          const top = Math.floor(index / columns) * height;
          for (let y = 0; y < height; y += 1) {
            const row = tile.subarray(y * width * 4, (y + 1) * width * 4);
            sheet.set(row, ((top + y) * width * columns + left) * 4);
          }
        }
        return encode(sheet, width * columns, height * rows);
      });
    },
  };
}

/** A view from `position` with `target` in its middle. */
export function lookAt(position: Vec3, target: Vec3, verticalFieldDegrees = 60): View {
  const [x, y, z] = normalize(subtract(target, position));
  const yaw = Math.atan2(x, z) / 2;
  const pitch = -Math.asin(Math.min(1, Math.max(-1, y))) / 2;
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const rotation: Quaternion = [cy * sp, sy * cp, -sy * sp, cy * cp];
  return { position, rotation, verticalFieldDegrees };
}

function encode(rgba: Uint8Array, width: number, height: number): Frame {
  const png = new PNG({ width, height });
  png.data.set(rgba);
  return { png: PNG.sync.write(png, { deflateLevel: 6 }), width, height };
}
