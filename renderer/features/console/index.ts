export { ConsoleContext, makeConsole } from './consoleStore.ts';
export { ConsolePanel } from './ConsolePanel.tsx';
