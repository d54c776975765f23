import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import { lookAt, makeFrameRenderer, type Frame } from './render/frames.ts';
import { toRenderModel, type PlacedObject, type RenderModel } from './render/renderModel.ts';
import type { View } from './render/rayTracer.ts';
import { fail, integerOf, succeed, textOf, type Body } from './reply.ts';
import type { SceneState } from './sceneState.ts';

/** The plugin command `manage_camera`: ping, screenshot (game view, camera, scene view), screenshot_multiview. */
const defaultEdge = 640;
/** The game view is this wide; a larger `max_resolution` does not enlarge it. */
const viewportWidth = 960;
const viewportHeight = 540;

const angles = [
  ['front', [0, 1.6, -8]],
  ['back', [0, 1.6, 6.2]],
  ['left', [-8, 1.6, 0]],
  ['right', [8, 1.6, 0]],
  ['top', [0, 10, -0.01]],
  ['bird_eye', [5.5, 6, -5.5]],
] as const;

export function makeCameraCommands(options: {
  readonly projectDir: string;
  readonly assets: AssetDatabase;
  readonly scene: Pick<SceneState, 'roots'>;
}): { readonly execute: (params: Body) => Body } {
  const { projectDir, assets, scene } = options;
  const frames = makeFrameRenderer();

  function screenshot(params: Body): Body {
    const model = toRenderModel(scene.roots(), projectDir, assets);
    const isSceneView = textOf(params, 'captureSource') === 'scene_view';
    const wanted = textOf(params, 'camera');
    if (isSceneView && wanted !== '') return fail("capture_source 'scene_view' does not support 'camera'.");
    const camera = isSceneView ? undefined : findCamera(model, wanted);
    if (!isSceneView && camera === undefined) return fail(noCamera(wanted));
    const folder = textOf(params, 'outputFolder', 'Assets/Screenshots');
    const path = `${folder.replaceAll('\\', '/').replace(/\/+$/, '')}/${fileName(params)}`;
    if (!isInside(projectDir, path)) return fail(`Output folder must be inside the project: '${folder}'.`);
    const view: View =
      camera === undefined
        ? sceneView(model, textOf(params, 'viewTarget'))
        : { position: camera.position, rotation: camera.rotation, verticalFieldDegrees: 60 };
    const includeImage = params['includeImage'] === true;
    const edge = includeImage ? (integerOf(params, 'maxResolution') ?? defaultEdge) : viewportWidth;
    const frame = frames.render(model, view, Math.min(edge, viewportWidth * superSize(params)));
    const saved = save(path, frame.png);
    const place = { path: saved, fullPath: join(projectDir, saved), superSize: superSize(params) };
    if (isSceneView) return sceneViewReply(place, saved, includeImage, frame);
    if (!includeImage && wanted === '') {
      const data = { ...place, isAsync: true, captureSource: 'game_view' };
      return succeed(`Screenshot requested to '${saved}'.`, data);
    }
    const name = camera?.name ?? '';
    return succeed(`Screenshot captured to '${saved}' (camera: ${name}).`, {
      ...place,
      isAsync: false,
      camera: name,
      captureSource: 'game_view',
      ...(includeImage ? image(frame) : {}),
    });
  }

  function sceneViewReply(place: Body, saved: string, includeImage: boolean, frame: Frame): Body {
    return succeed(`Scene View screenshot captured to '${saved}' (scene view: Scene).`, {
      ...place,
      isAsync: false,
      camera: 'SceneCamera',
      captureSource: 'scene_view',
      captureMode: 'scene_view_viewport',
      sceneViewName: 'Scene',
      viewportWidth,
      viewportHeight,
      ...(includeImage ? image(frame) : {}),
    });
  }

  function multiview(params: Body): Body {
    const model = toRenderModel(scene.roots(), projectDir, assets);
    const center = [0, 0.5, 0] as const;
    const views = angles.map(([, position]) => lookAt(position, center));
    const frame = frames.renderSheet(model, views, integerOf(params, 'maxResolution') ?? defaultEdge);
    return succeed(
      `Captured ${angles.length} multi-angle screenshots as contact sheet (${frame.width}x${frame.height}). Scene bounds center: (0.0, 0.5, 0.0), radius: 8.0.`,
      {
        sceneCenter: center,
        sceneRadius: 8,
        outputFolder: join(projectDir, 'Assets/Screenshots'),
        ...image(frame),
        shots: angles.map(([angle, position]) => ({ angle, position })),
      },
    );
  }

  /** Writes the picture under a name that is free, imports it when it lies under Assets, and returns its path. */
  function save(path: string, png: Buffer): string {
    let free = path;
    for (let n = 1; statSync(join(projectDir, free), { throwIfNoEntry: false }) !== undefined; n += 1) {
      free = path.replace(/\.png$/, `-${n}.png`);
    }
    mkdirSync(dirname(join(projectDir, free)), { recursive: true });
    writeFileSync(join(projectDir, free), png);
    if (free.startsWith('Assets/')) assets.importAsset(free);
    return free;
  }

  return {
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      if (action === 'screenshot') return screenshot(params);
      if (action === 'screenshot_multiview') return multiview(params);
      if (action !== 'ping') return fail(`The sandbox's Unity does not carry out manage_camera '${action}'.`);
      const message = 'Cinemachine not installed. Basic Camera operations available.';
      return succeed(message, { cinemachine: false, version: null });
    },
  };
}

const image = (frame: Frame): Body => ({
  imageBase64: frame.png.toString('base64'),
  imageWidth: frame.width,
  imageHeight: frame.height,
});

function findCamera(model: RenderModel, wanted: string): PlacedObject | undefined {
  const cameras = model.objects.filter((object) => object.isCamera);
  if (wanted !== '') return cameras.find((camera) => camera.name === wanted || camera.path === wanted);
  return cameras.find((camera) => camera.isMainCamera) ?? cameras[0];
}

function noCamera(wanted: string): string {
  return wanted === ''
    ? 'No camera found in the scene. Add a Camera to use screenshot with include_image outside of Play mode.'
    : `Camera '${wanted}' not found. Provide a Camera GameObject name, path, or instance ID.`;
}

/** The Scene window's own camera: from above and aside, on the target when one is named. */
function sceneView(model: RenderModel, target: string): View {
  const found = model.objects.find((object) => object.name === target || object.path === target);
  if (found === undefined) return lookAt([7, 5.2, -7.5], [0, 0.6, 1], 50);
  const [x, y, z] = found.position;
  return lookAt([x + 3.2, y + 2.4, z - 3.6], found.position, 50);
}

const superSize = (params: Body): number => Math.min(Math.max(integerOf(params, 'superSize') ?? 1, 1), 4);

function fileName(params: Body): string {
  const given = textOf(params, 'fileName').replaceAll(/[^\w.-]/g, '_');
  if (given !== '') return given.toLowerCase().endsWith('.png') ? given : `${given}.png`;
  const digits = new Date().toISOString().replaceAll(/\D/g, '');
  return `screenshot-${digits.slice(0, 8)}-${digits.slice(8, 14)}.png`;
}

function isInside(projectDir: string, path: string): boolean {
  const inside = relative(projectDir, resolve(projectDir, path));
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
}
