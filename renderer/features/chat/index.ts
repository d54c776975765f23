export { ChatContext, makeChat } from './chatStore.ts';
export type { ChatHandle } from './chatStore.ts';
export { ChatView } from './ChatView.tsx';
