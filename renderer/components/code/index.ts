export { DiffView } from './DiffView.tsx';
export type { DiffViewProps } from './DiffView.tsx';
export { CodeBlock } from './CodeBlock.tsx';
export { CodeLine } from './CodeLine.tsx';
