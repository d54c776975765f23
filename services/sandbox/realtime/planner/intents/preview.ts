import type { Intent } from '../steps.ts';

/** "show me a preview", "how does it look". */
export const preview: Intent = ({ text }) => {
  if (
    !/\b(preview|screenshot|render|frame)\b|\bshow me (the )?(game|scene|view)\b|\bhow (does|will) it look/i.test(text)
  )
    return [];
  const source = /\bscene( view)?\b/i.test(text) ? 'scene_view' : 'game_view';
  return [
    {
      kind: 'call',
      tool: 'renderUnityPreview',
      arguments: { source, maxResolution: 1024 },
      announce: 'Here comes a preview.',
      parallel: false,
      notes: [],
    },
  ];
};
