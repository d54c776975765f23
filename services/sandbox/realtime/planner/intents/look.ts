import { fileMeant, type Intent, type Step } from '../steps.ts';

const step = (tool: string, args: Readonly<Record<string, unknown>>, announce: string): Step => ({
  kind: 'call',
  tool,
  arguments: args,
  announce,
  parallel: true,
  notes: [],
});

/** "look at Assets/Prefabs/Player.prefab", "what is in the prefab", "ingest …", "read the script". */
export const look: Intent = (wish) => {
  const { text } = wish;
  const paths = text.match(/\bAssets\/[\w\-./]*\w/g) ?? [];
  const wantsScript = /\b(read|show|open|see)\b.*\b(script|code|file|source)\b|\bshow me the code\b/i.test(text);
  if (wantsScript || (paths[0]?.endsWith('.cs') === true && /\b(read|show|look|open)\b/i.test(text))) {
    const path = fileMeant(wish);
    return path === null ? [] : [step('readUnityScript', { path }, `I'll read \`${path}\`.`)];
  }
  if (
    !/\b(look at|inspect|deconstruct|take apart|analy[sz]e|ingest|import|what is in|what's in|describe)\b/i.test(text)
  )
    return [];
  const tool = /\b(ingest|import)\b/i.test(text) ? 'ingestUnityAsset' : 'deconstructUnityAsset';
  return paths.map((path) => step(tool, { path }, `I'll look at \`${path}\`.`));
};

/** "find all prefabs", "search for materials called wood". */
export const search: Intent = ({ text }) => {
  const match =
    /\b(?:find|search(?: for)?|list|which|where (?:is|are)|what)\b\s+(?:all\s+|the\s+|my\s+|me\s+)*(.+?)[?.!\s]*$/i.exec(
      text,
    );
  const what = match?.[1];
  if (what === undefined || !/\b(find|search|asset|prefab|material|script|scene|texture)s?\b/i.test(text)) return [];
  const type = assetTypes.find(([asks]) => asks.test(what))?.[1];
  const named = /\b(?:called|named|with|like)\s+[`'"]?([\w-]+)/i.exec(what)?.[1];
  const query = named ?? (type === undefined ? what.slice(0, 200) : '*');
  return [
    step(
      'searchUnityAssets',
      { query, folder: 'Assets', ...(type === undefined ? {} : { type }) },
      "I'll search the project.",
    ),
  ];
};

const assetTypes: readonly (readonly [RegExp, string])[] = [
  [/\bprefabs?\b/i, 'Prefab'],
  [/\bmaterials?\b/i, 'Material'],
  [/\bscripts?\b/i, 'MonoScript'],
  [/\bscenes?\b/i, 'Scene'],
  [/\btextures?\b/i, 'Texture2D'],
];

/** "is Unity ready", "show the console". */
export const editor: Intent = ({ text }) => {
  if (/\bconsole\b|\bany (errors|warnings)\b/i.test(text)) {
    return [step('readUnityConsole', { types: ['error', 'warning'], count: 50 }, "I'll read the console.")];
  }
  if (/\b(is|state of|status of) (unity|the editor)\b|\bwhich (scene|unity version)\b/i.test(text)) {
    return [step('getUnityEditorState', {}, "I'll ask the editor.")];
  }
  return [];
};
