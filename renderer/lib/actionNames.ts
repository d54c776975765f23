import type { ActionId } from './shortcuts.ts';

/** What an action is called in the palette and in the settings. */
export const actionNames: Readonly<Record<ActionId, string>> = {
  'palette.open': 'Commands',
  'session.new': 'New session',
  'sidebar.toggle': 'Show or hide sessions',
  'panel.toggle': 'Show or hide the panel',
  'panel.preview': 'Show preview',
  'panel.changes': 'Show changes',
  'panel.build': 'Show builds',
  'panel.console': 'Show the console',
  'panel.assets': 'Show assets',
  'chat.show': 'Show the chat',
  'composer.focus': 'Write a message',
  'preview.render': 'Render a preview frame',
  'build.start': 'Start a build',
  'insights.show': 'Insights',
  'history.show': 'Search everything',
  'health.show': 'Health',
  'settings.show': 'Settings',
  'setup.show': 'Guided setup',
  'report.copy': 'Copy a report of SPARK’s state',
  'answer.stop': 'Stop the answer',
  'theme.next': 'Theme: system, dark, light',
  'compact.toggle': 'Compact window',
  'onTop.toggle': 'Always on top',
  'window.new': 'New window',
};
