import type { AssetDatabase } from './assets.ts';
import type { ScriptCompiler } from './compiler.ts';
import { guidOf } from './files.ts';
import { isRecord } from './reply.ts';
import { componentName, type SceneState } from './sceneState.ts';
import { readVector, type UnityComponent } from './unityYaml.ts';

/** Component types that the sandbox knows, each with the properties that it lets be read and set. */
const known: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  AudioListener: { enabled: true },
  AudioSource: { enabled: true, volume: 1, loop: false, playOnAwake: true },
  BoxCollider: { enabled: true, isTrigger: false, center: { x: 0, y: 0, z: 0 }, size: { x: 1, y: 1, z: 1 } },
  Camera: { enabled: true, fieldOfView: 60, nearClipPlane: 0.3, farClipPlane: 1000 },
  CapsuleCollider: { enabled: true, isTrigger: false, radius: 0.5, height: 2 },
  CharacterController: { enabled: true, height: 2, radius: 0.5, slopeLimit: 45, stepOffset: 0.3 },
  Light: { enabled: true, intensity: 1, range: 10 },
  MeshFilter: {},
  MeshRenderer: { enabled: true },
  Rigidbody: { mass: 1, useGravity: true, isKinematic: false, drag: 0 },
  SphereCollider: { enabled: true, isTrigger: false, radius: 0.5 },
};

export interface ComponentTypes {
  /** New components of a type, those that it requires first; null for an unknown type. */
  readonly make: (type: string, existing: readonly UnityComponent[]) => readonly UnityComponent[] | null;
  readonly isKnown: (type: string) => boolean;
  readonly read: (component: UnityComponent) => Readonly<Record<string, unknown>>;
  /** The component with these values, or the words of what cannot be set. */
  readonly write: (
    component: UnityComponent,
    values: Readonly<Record<string, unknown>>,
  ) => { readonly component: UnityComponent; readonly errors: readonly string[] };
}

export function makeComponentTypes(options: {
  readonly assets: AssetDatabase;
  readonly compiler: ScriptCompiler;
  readonly scene: Pick<SceneState, 'nextFileId'>;
}): ComponentTypes {
  const { assets, compiler, scene } = options;

  const scriptOf = (type: string) =>
    compiler
      .scripts()
      .find(({ types }) => types.some(({ name, bases }) => name === type && bases.includes('MonoBehaviour')));

  function make(type: string, existing: readonly UnityComponent[]): readonly UnityComponent[] | null {
    if (type in known) return [{ fileId: scene.nextFileId(), kind: type, text: '' }];
    const script = scriptOf(type);
    if (script === undefined) return null;
    const required = [...script.text.matchAll(/RequireComponent\(typeof\((\w+)\)/g)].flatMap(([, name = '']) =>
      existing.some((component) => componentName(component, assets) === name) ? [] : (make(name, existing) ?? []),
    );
    const guid = assets.guidOf(script.path) ?? guidOf(script.path);
    const text = `  m_Enabled: 1\n  m_Script: {fileID: 11500000, guid: ${guid}, type: 3}\n`;
    return [...required, { fileId: scene.nextFileId(), kind: 'MonoBehaviour', text }];
  }

  function defaultsOf(component: UnityComponent): Readonly<Record<string, unknown>> {
    if (component.kind === 'Transform') {
      const [x, y, z] = readVector(component.text, 'm_LocalPosition', [0, 0, 0, 0]);
      const [sx, sy, sz] = readVector(component.text, 'm_LocalScale', [1, 1, 1, 1]);
      const localPosition = { x, y, z };
      return { position: localPosition, localPosition, localScale: { x: sx, y: sy, z: sz } };
    }
    if (component.kind !== 'MonoBehaviour') return known[component.kind] ?? {};
    return { enabled: true, ...fieldsOf(scriptOf(componentName(component, assets))?.text ?? '') };
  }

  const read = (component: UnityComponent): Readonly<Record<string, unknown>> => ({
    ...defaultsOf(component),
    ...component.properties,
  });

  return {
    make,
    read,
    isKnown: (type) => type in known || type === 'Transform' || scriptOf(type) !== undefined,
    write(component, values) {
      const now = read(component);
      const errors: string[] = [];
      const accepted: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(values)) {
        if (!(name in now))
          errors.push(`Property '${name}' not found on component '${componentName(component, assets)}'.`);
        else if (typeof toVector(value, now[name]) !== typeof now[name])
          errors.push(`Failed to convert value for '${name}'.`);
        else accepted[name] = toVector(value, now[name]);
      }
      return { component: withValues(component, accepted), errors };
    },
  };
}

/** Transforms are drawn from their YAML, so a new place is written there; everything else is kept beside it. */
function withValues(component: UnityComponent, values: Readonly<Record<string, unknown>>): UnityComponent {
  if (component.kind !== 'Transform') return { ...component, properties: { ...component.properties, ...values } };
  let { text } = component;
  const put = (key: string, value: unknown): void => {
    if (!isRecord(value)) return;
    const line = `${key}: {x: ${String(value['x'])}, y: ${String(value['y'])}, z: ${String(value['z'])}}`;
    text = new RegExp(`${key}: \\{`).test(text)
      ? text.replace(new RegExp(`${key}: \\{[^}]*\\}`), line)
      : `${text}  ${line}\n`;
  };
  put('m_LocalPosition', values['localPosition'] ?? values['position']);
  put('m_LocalScale', values['localScale']);
  return { ...component, text };
}

/** `[1, 2, 3]` is a vector where the property is one. */
function toVector(value: unknown, sample: unknown): unknown {
  if (!Array.isArray(value) || !isRecord(sample) || !('x' in sample)) return value;
  const [x, y, z] = value.map(Number);
  return { x, y, z };
}

/** Serialized fields with their initial values. */
function fieldsOf(script: string): Record<string, unknown> {
  const field = /(?:public|\[SerializeField\][\s\w[\]()",.]*?)\s+(float|int|bool|string)\s+(\w+)\s*(?:=\s*([^;]+))?;/g;
  return Object.fromEntries(
    [...script.matchAll(field)].map(([, type, name = '', initial = '']) => {
      if (type === 'bool') return [name, initial.trim() === 'true'];
      if (type === 'string') return [name, initial.trim().replaceAll('"', '')];
      return [name, Number.parseFloat(initial) || 0];
    }),
  );
}
