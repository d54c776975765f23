import { knownChanges } from './changes/index.ts';
import type { Knowledge, KnownCall } from './knowledge.ts';
import type { Outcome } from './outcome.ts';
import { classNameOf, type Step } from './steps.ts';
import { textOf } from './textOf.ts';

/** What it says about itself: the one place where it names itself a stand-in. */
export function capabilities(tools: ReadonlySet<string>): string {
  const lines = [
    [
      'generateUnityScript',
      'write scripts: **"create a player controller"**, an enemy, a camera follow, health, a pickup',
    ],
    ['applyUnityPatch', `change them: ${knownChanges}`],
    ['renderUnityPreview', 'show a **preview** of the game or the scene'],
    ['runUnityBuild', 'start a **build**: "build for Linux", Windows, Android, WebGL, …'],
    ['deconstructUnityAsset', 'take an asset apart: "look at Assets/Prefabs/Player.prefab"'],
    ['setUnityComponent', 'put a script on an object: **"attach it to the player"**'],
    ['runUnityTests', 'run the **tests**: "run the play mode tests"'],
    ['searchUnityAssets', 'search: "find all prefabs"'],
  ].flatMap(([tool = '', line = '']) => (tools.has(tool) ? [`- ${line}`] : []));
  return `I am a stand-in for the model, with a small repertoire. I can:\n\n${lines.join('\n')}\n\nWhat shall we build?`;
}

/** An answer to what asks for nothing that it can do. */
export function smalltalk(known: Knowledge, tools: ReadonlySet<string>): string {
  const text = known.request ?? '';
  if (/\b(thanks|thank you|great|nice|perfect|well done)\b/i.test(text)) return 'Gladly. What is next?';
  if (/^\s*(hi|hello|hey|good (morning|evening|afternoon))\b/i.test(text)) return `Hello! ${capabilities(tools)}`;
  if (/\b(what|how|who|help)\b.*\b(can|do|are|you|this)\b|\bhelp\b/i.test(text)) return capabilities(tools);
  const file = known.files.at(-1);
  const about =
    file === undefined ? '' : ` For \`${classNameOf(file.path)}\` I understand, for example, ${knownChanges}.`;
  return `I am only a stand-in for the model and did not understand that.${about} Ask me **what I can do** for the whole list.`;
}

/** A failure in words that say what to do. */
export function explainFailure(name: string, failure: Extract<Outcome, { kind: 'failed' }>): string {
  return `\`${name}\` did not succeed: ${failure.message}${/[.!?]$/.test(failure.message) ? '' : '.'}\n\nNothing else was tried (\`${failure.code}\`). Say **"try again"** in your own words when it is sorted out.`;
}

/** The closing words of a turn: what was done, what to know about it, and what could come next. */
export function summarize(known: Knowledge, steps: readonly Step[], last: KnownCall): string {
  const parts = known.calls.flatMap((entry) => describe(entry) ?? []);
  const notes = steps.flatMap((step) => (step.kind === 'call' ? step.notes : []));
  const bullets = notes.length === 0 ? '' : `\n\n${notes.map((note) => `- ${note}`).join('\n')}`;
  const offer = offerAfter(last.name);
  return `${parts.join('\n\n')}${bullets}${offer === '' ? '' : `\n\n${offer}`}`;
}

const offerAfter = (name: string): string => {
  if (name === 'generateUnityScript' || name === 'applyUnityPatch')
    return 'Shall I **attach it to the player**, render a **preview**, or start a **build**?';
  if (name === 'createUnityObject' || name === 'setUnityComponent') return 'Shall I render a **preview**?';
  if (name === 'renderUnityPreview') return 'Tell me what to change, or ask for a **build**.';
  return '';
};

function describe(entry: KnownCall): string | null {
  if (entry.outcome?.kind !== 'ok') return null;
  const { fields } = entry.outcome;
  const compiled = compileNote(fields.compile?.status);
  const isWrite = entry.name === 'generateUnityScript' || entry.name === 'applyUnityPatch';
  if (isWrite && fields.unchanged === true)
    return `\`${fields.path ?? ''}\` has this text already; nothing was changed.`;
  switch (entry.name) {
    case 'generateUnityScript': {
      const verb = fields.created === false ? 'Rewrote' : 'Created';
      return `${verb} **${classNameOf(fields.path ?? '')}** at \`${fields.path ?? ''}\`${fields.lines === undefined ? '' : ` (${fields.lines} lines)`}${compiled}`;
    }
    case 'applyUnityPatch':
      return `Changed \`${fields.path ?? ''}\`: ${textOf(entry.arguments['reason'], 'done')}${compiled}`;
    case 'renderUnityPreview':
      if (fields['blank'] === true) return 'The preview is rendered, but it is blank: is there a camera in the scene?';
      return fields['unchanged'] === true
        ? 'The preview is rendered; it looks the same as the one before.'
        : `The preview is rendered (${textOf(fields['width'], '?')} × ${textOf(fields['height'], '?')}).`;
    case 'runUnityBuild':
      return describeBuild(fields);
    case 'deconstructUnityAsset':
      return describeAsset(fields['uas']);
    case 'ingestUnityAsset':
    case 'searchUnityAssets':
    case 'readUnityConsole':
    case 'getUnityEditorState':
      return listed(entry.name, fields);
    case 'createUnityObject':
      return `Created **${textOf(fields.path)}** in the scene, with ${namesOf(fields['components'])}. The scene is not saved.`;
    case 'setUnityComponent':
      return `**${textOf(fields.path)}** now has ${namesOf(fields['components'])}. The scene is not saved.`;
    case 'deleteUnityAsset':
      return `Deleted \`${textOf(fields.path)}\`. It is kept, so you can undo this.`;
    case 'runUnityTests':
      return describeTests(fields);
    case 'listUnityScene':
      return describeScene(fields);
    case 'readUnityScript':
      return fields.contents === undefined
        ? null
        : `\`${fields.path ?? ''}\`:\n\n\`\`\`csharp\n${fields.contents.trimEnd()}\n\`\`\``;
    default:
      return null;
  }
}

function compileNote(status: string | undefined): string {
  if (status === 'ok') return '; it compiles.';
  return status === 'unknown' ? '; I could not see yet whether it compiles.' : '.';
}

function describeBuild(fields: Readonly<Record<string, unknown>>): string {
  const target = textOf(fields['target'], '');
  if (fields['success'] !== true)
    return `The build for \`${target}\` did not succeed: ${textOf(fields['reason'] ?? fields['result'])}.`;
  const seconds = typeof fields['durationMs'] === 'number' ? ` in ${(fields['durationMs'] / 1_000).toFixed(1)} s` : '';
  const size = typeof fields['sizeBytes'] === 'number' ? `, ${(fields['sizeBytes'] / 1_048_576).toFixed(1)} MiB` : '';
  const path = typeof fields['outputPath'] === 'string' ? ` at \`${fields['outputPath']}\`` : '';
  return `The build for \`${target}\` is done${seconds}${size}${path}.`;
}

interface Node {
  readonly name?: unknown;
  readonly components?: unknown;
  readonly children?: unknown;
}

function describeAsset(uas: unknown): string {
  if (typeof uas !== 'object' || uas === null || !('hierarchy' in uas) || !Array.isArray(uas.hierarchy))
    return 'I read the asset.';
  const lines = uas.hierarchy.flatMap((node: Node) => outline(node, 0));
  const name =
    'asset' in uas && typeof uas.asset === 'object' && uas.asset !== null ? Reflect.get(uas.asset, 'path') : '';
  const shown = lines.slice(0, 40);
  const rest = lines.length > shown.length ? `\n- … and ${lines.length - shown.length} more` : '';
  return `\`${textOf(name)}\`:\n\n${shown.join('\n')}${rest}`;
}

function outline(node: Node, depth: number): string[] {
  const components = Array.isArray(node.components)
    ? node.components.map((component: { type?: unknown }) => textOf(component.type, '')).join(', ')
    : '';
  const children = Array.isArray(node.children) ? node.children : [];
  const line = `${'  '.repeat(depth)}- **${textOf(node.name)}**${components === '' ? '' : `: ${components}`}`;
  return [line, ...children.flatMap((child: Node) => outline(child, depth + 1))];
}

function listed(name: string, fields: Readonly<Record<string, unknown>>): string {
  const rows = (value: unknown, line: (row: Readonly<Record<string, unknown>>) => string): string =>
    Array.isArray(value) ? value.slice(0, 20).map(line).join('\n') : '';
  if (name === 'searchUnityAssets') {
    const total = Number(fields['total'] ?? 0);
    if (total === 0) return 'I found nothing.';
    return `I found ${total}:\n\n${rows(fields['assets'], (asset) => `- \`${textOf(asset['path'])}\` (${textOf(asset['type'])})`)}`;
  }
  if (name === 'readUnityConsole') {
    const lines = rows(fields['messages'], (entry) => `- ${textOf(entry['severity'])}: ${textOf(entry['message'])}`);
    return lines === '' ? 'The console shows no errors and no warnings.' : `The console says:\n\n${lines}`;
  }
  if (name === 'getUnityEditorState') {
    const scene = typeof fields['activeScene'] === 'string' ? `, scene \`${fields['activeScene']}\`` : '';
    return `The editor is **${textOf(fields['state'])}**${scene}.`;
  }
  const { asset } = fields;
  if (typeof asset !== 'object' || asset === null) return 'I read the asset.';
  return `\`${textOf(Reflect.get(asset, 'path'))}\` is a ${textOf(Reflect.get(asset, 'type'))} (guid \`${textOf(Reflect.get(asset, 'guid'))}\`).`;
}

const namesOf = (value: unknown): string =>
  Array.isArray(value) ? value.map((name) => `\`${textOf(name)}\``).join(', ') : 'its components';

function describeTests(fields: Readonly<Record<string, unknown>>): string {
  const failures = Array.isArray(fields['failures']) ? fields['failures'] : [];
  const counts = `${textOf(fields['passed'], '0')} passed, ${textOf(fields['failed'], '0')} failed.`;
  const lines = failures.map(
    (failure: { name?: unknown; message?: unknown }) => `- **${textOf(failure.name)}**: ${textOf(failure.message)}`,
  );
  return lines.length === 0 ? counts : `${counts}\n\n${lines.join('\n')}`;
}

function describeScene(fields: Readonly<Record<string, unknown>>): string {
  const objects = Array.isArray(fields['objects']) ? fields['objects'] : [];
  const lines = objects
    .slice(0, 30)
    .map(
      (object: { path?: unknown; components?: unknown }) =>
        `- **${textOf(object.path)}**: ${namesOf(object.components)}`,
    );
  return `\`${textOf(fields['scene'])}\`:\n\n${lines.join('\n')}`;
}
