export { ChangesContext, makeChanges } from './changesStore.ts';
export type { ChangesHandle, ChangesState } from './changesStore.ts';
export { ChangesPanel } from './ChangesPanel.tsx';
export { CompileErrors } from './CompileErrors.tsx';
export { StoredMark } from './StoredMark.tsx';
export { changeTitle } from './changeTitle.ts';
export { newestStanding } from './undo.ts';
