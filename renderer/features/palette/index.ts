export { Palette } from './Palette.tsx';
export { useActions } from './useActions.ts';
