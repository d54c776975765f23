import { fileMeant, type Intent, type Step } from '../steps.ts';

/** "attach it to the player", "put the PlayerController on the Hero". */
export const attach: Intent = (wish) => {
  const match =
    /\b(?:attach|put)\b.*?\b(?:to|on|onto)\s+(?:the |my |a |an )?[`'"]?([A-Za-z][\w/ ]*?)[`'"]?\s*[.!?]*$/i.exec(
      wish.text,
    );
  const target = match?.[1];
  const says = /\b(it|script|component|controller)\b/i.test(wish.text) || /\b[A-Z]\w+[A-Z]\w*\b/.test(wish.text);
  const path = fileMeant(wish);
  if (target === undefined || !says || path === null) return [];
  return [{ kind: 'attach', path, target: target.charAt(0).toUpperCase() + target.slice(1) }];
};

const step = (tool: string, args: Readonly<Record<string, unknown>>, announce: string): Step => ({
  kind: 'call',
  tool,
  arguments: args,
  announce,
  parallel: false,
  notes: [],
});

/** "what is in the scene", "run the play mode tests", "delete the enemy script". */
export const scene: Intent = (wish) => {
  const { text } = wish;
  if (
    /\b(list|show|what is in|what's in)\b.*\b(scene|hierarchy)\b/i.test(text) &&
    !/\b(preview|render|view)\b/i.test(text)
  ) {
    return [step('listUnityScene', {}, "I'll list the open scene.")];
  }
  if (/\brun\b.*\btests?\b/i.test(text)) {
    const mode = /\bplay/i.test(text) ? 'PlayMode' : 'EditMode';
    return [step('runUnityTests', { mode }, `I'll run the ${mode === 'PlayMode' ? 'play' : 'edit'} mode tests.`)];
  }
  const path = /\bAssets\/[\w\-./ ]*\w/.exec(text)?.[0] ?? fileMeant(wish);
  if (/\b(delete|remove)\b.*(\b(script|file|asset|it)\b|\bAssets\/)/i.test(text) && path !== null) {
    return [step('deleteUnityAsset', { path, reason: text.slice(0, 500) }, `I'll ask to delete \`${path}\`.`)];
  }
  return [];
};
