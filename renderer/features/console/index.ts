export { ConsoleContext, makeConsole } from './consoleStore.ts';
export { ConsolePanel } from './LazyConsolePanel.tsx';
