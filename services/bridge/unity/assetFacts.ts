import type { UasValue } from '../../../shared/contracts/uas.ts';
import { isMap, type YamlDocument, type YamlMap, type YamlValue } from './unityYaml.ts';
import type { makeValues } from './yamlTree.ts';

/** Facts of assets that are no hierarchy: a texture's size, a material's values, a clip's curves. */
type Values = ReturnType<typeof makeValues>;
type Properties = Record<string, UasValue>;

export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

/** Size from the header; null when the format is not known. Needs only the first 64 KiB of a file. */
export function imageFacts(bytes: Buffer): ImageFacts | null {
  if (bytes.length < 26) return null;
  const ascii = (from: number, to: number): string => bytes.toString('latin1', from, to);
  if (ascii(1, 4) === 'PNG') return { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (ascii(0, 4) === 'GIF8') return { format: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (ascii(0, 2) === 'BM')
    return { format: 'bmp', width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
  if (ascii(0, 4) === '8BPS') return { format: 'psd', width: bytes.readUInt32BE(18), height: bytes.readUInt32BE(14) };
  if (bytes.readUInt16BE(0) === 0xffd8) return jpegFacts(bytes);
  // TGA has no signature: the kinds of colour map and image are what tells it.
  const isTga =
    (bytes[1] ?? 2) <= 1 && [1, 2, 3, 9, 10, 11].includes(bytes[2] ?? 0) && [8, 16, 24, 32].includes(bytes[16] ?? 0);
  return isTga ? { format: 'tga', width: bytes.readUInt16LE(12), height: bytes.readUInt16LE(14) } : null;
}

/** The size stands in the start-of-frame segment (ITU T.81, B.2.2). */
function jpegFacts(bytes: Buffer): ImageFacts | null {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { format: 'jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

export function materialFacts({ value }: YamlDocument, values: Values): Properties {
  const saved = mapOf(value['m_SavedProperties']);
  const pairs = (key: string): [string, YamlValue][] =>
    (Array.isArray(saved[key]) ? saved[key] : []).flatMap((item) => {
      if (!isMap(item)) return [];
      // Before Unity 5.6: `- first: {name: _Color}` and `second: …`.
      if (item['first'] !== undefined) return [[textOf(mapOf(item['first'])['name']), item['second'] ?? null]];
      return Object.entries(item);
    });
  const section = (key: string): UasValue =>
    Object.fromEntries(pairs(key).map(([name, inner]) => [name, values.value(inner)]));
  const { m_SavedProperties: _saved, ...rest } = value;
  return {
    ...values.properties(rest),
    textures: section('m_TexEnvs'),
    floats: section('m_Floats'),
    integers: section('m_Ints'),
    colors: section('m_Colors'),
  };
}

const curveKinds: Readonly<Record<string, string>> = {
  m_PositionCurves: 'position',
  m_RotationCurves: 'rotation',
  m_EulerCurves: 'rotation (Euler)',
  m_ScaleCurves: 'scale',
  m_FloatCurves: 'value',
  m_PPtrCurves: 'reference',
};

/** Bindings with their key counts and span; the keys themselves are what makes a clip large. */
export function clipFacts({ value }: YamlDocument, values: Values): Properties {
  const curves = Object.entries(curveKinds).flatMap(([key, kind]) =>
    (Array.isArray(value[key]) ? value[key] : []).flatMap((binding): UasValue[] => {
      if (!isMap(binding)) return [];
      const curve = mapOf(binding['curve']);
      const keys = (Array.isArray(curve['m_Curve']) ? curve['m_Curve'] : []).filter(isMap);
      const times = keys.map((each) => each['time']).filter((time) => typeof time === 'number');
      const attribute = binding['attribute'];
      return [
        {
          kind,
          path: textOf(binding['path']),
          ...(attribute === undefined ? {} : { attribute: textOf(attribute) }),
          keys: keys.length,
          ...(times.length === 0 ? {} : { from: Math.min(...times), to: Math.max(...times) }),
        },
      ];
    }),
  );
  const settings = mapOf(value['m_AnimationClipSettings']);
  const events = (Array.isArray(value['m_Events']) ? value['m_Events'] : []).filter(isMap);
  return {
    sampleRate: values.value(value['m_SampleRate'] ?? null),
    wrapMode: values.value(value['m_WrapMode'] ?? null),
    loop: settings['m_LoopTime'] === 1,
    startTime: values.value(settings['m_StartTime'] ?? null),
    stopTime: values.value(settings['m_StopTime'] ?? null),
    curves: values.value(curves as YamlValue[]),
    events: events.map((event) => ({
      time: values.value(event['time'] ?? null),
      function: values.value(event['functionName'] ?? null),
    })),
  };
}

const textOf = (value: YamlValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const mapOf = (value: YamlValue | undefined): YamlMap => (isMap(value) ? value : {});
