/** Reads the part of Unity's YAML that scenes and prefabs need: objects, their transforms, their components. */
export interface UnityComponent {
  readonly fileId: string;
  /** `Transform`, `MeshFilter`, ... ; `MonoBehaviour` for a script. */
  readonly kind: string;
  readonly text: string;
  /** Values that were set since the file was read. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface UnityObject {
  readonly fileId: string;
  readonly name: string;
  readonly tag: string;
  readonly isActive: boolean;
  readonly components: readonly UnityComponent[];
  readonly children: readonly UnityObject[];
}

interface Document {
  readonly kind: string;
  readonly fileId: string;
  readonly text: string;
}

/** Root objects in file order. Stripped and unknown documents are left out. */
export function parseUnityYaml(text: string): UnityObject[] {
  const documents = new Map<string, Document>();
  for (const match of text.matchAll(/^--- !u!\d+ &(-?\d+)\n(\w+):\n((?:(?!--- ).*\n?)*)/gm)) {
    const [, fileId = '', kind = '', body = ''] = match;
    documents.set(fileId, { kind, fileId, text: body });
  }
  const objectOfTransform = new Map<string, Document>();
  for (const document of documents.values()) {
    if (document.kind !== 'GameObject') continue;
    const transform = componentsOf(document, documents).find((component) => component.kind.endsWith('Transform'));
    if (transform !== undefined) objectOfTransform.set(transform.fileId, document);
  }
  return [...objectOfTransform.entries()]
    .filter(([transform]) => /m_Father: \{fileID: 0\}/.test(documents.get(transform)?.text ?? ''))
    .map(([, document]) => toObject(document, documents, objectOfTransform));
}

function componentsOf(object: Document, documents: ReadonlyMap<string, Document>): UnityComponent[] {
  return [...object.text.matchAll(/- component: \{fileID: (-?\d+)\}/g)].flatMap(([, fileId = '']) => {
    const document = documents.get(fileId);
    return document === undefined ? [] : [{ fileId, kind: document.kind, text: document.text }];
  });
}

function toObject(
  document: Document,
  documents: ReadonlyMap<string, Document>,
  objectOfTransform: ReadonlyMap<string, Document>,
): UnityObject {
  const components = componentsOf(document, documents);
  const transform = components.find((component) => component.kind.endsWith('Transform'));
  const childList = /m_Children:\n((?:\s*- \{fileID: -?\d+\}\n)*)/.exec(transform?.text ?? '')?.[1] ?? '';
  const children = [...childList.matchAll(/fileID: (-?\d+)/g)].flatMap(([, id = '']) => {
    const child = objectOfTransform.get(id);
    return child === undefined ? [] : [toObject(child, documents, objectOfTransform)];
  });
  return {
    fileId: document.fileId,
    name: /m_Name: (.*)/.exec(document.text)?.[1]?.trim() ?? '',
    tag: /m_TagString: (.*)/.exec(document.text)?.[1]?.trim() ?? 'Untagged',
    isActive: !/m_IsActive: 0/.test(document.text),
    components,
    children,
  };
}

/** `{x: 1, y: 2, z: 3}` after `key`, with `fallback` where it is absent. */
export function readVector(
  text: string,
  key: string,
  fallback: readonly [number, number, number, number] = [0, 0, 0, 1],
): readonly [number, number, number, number] {
  const inside = new RegExp(`${key}: \\{([^}]*)\\}`).exec(text)?.[1];
  if (inside === undefined) return fallback;
  const parts = [...inside.matchAll(/(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?=[,\s]|$)/g)].map(([, number]) => Number(number));
  return [parts[0] ?? fallback[0], parts[1] ?? fallback[1], parts[2] ?? fallback[2], parts[3] ?? fallback[3]];
}
