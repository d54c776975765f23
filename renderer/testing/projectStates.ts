import type { ProjectRules } from '../../shared/contracts/projectTexts.ts';
import { ok, type FakeRoutes } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleMessage, sampleSession, sampleSnapshot } from './samples.ts';

/** Rules, prompts and what is always allowed, as the bridge answers in the gallery. */
const at = '2026-11-20T09:00:00.000Z';
const rulesText =
  'Use the new Input System.\nScripts go under Assets/Game; namespaces begin with Studio.\nNever add packages without asking.';
const rules: ProjectRules = {
  projectName: 'SparkSample',
  version: 3,
  text: rulesText,
  createdAt: at,
  told: `The developer's rules for this project. Keep to them in all you do; where they contradict the rules above, those above hold.\n${rulesText}`,
};
const prompts = [
  ['Build and test', 'Build for Linux, run the edit mode tests, and tell me the size and what failed.'],
  ['Review', 'Read the scripts that changed today and name what you would do differently, the worst first.'],
  ['Why is it slow', 'Look at the Update methods of @Assets/Scripts and say which of them allocates.'],
].map(([name = '', text = ''], index) => ({
  promptId: idOf(700 + index),
  name,
  text,
  projectName: index === 1 ? 'SparkSample' : null,
  updatedAt: at,
}));

export const projectRoutes: FakeRoutes = {
  'rules.get': () => ok(rules),
  'rules.history': () =>
    ok({
      versions: [
        { version: 3, text: rules.text, createdAt: at },
        { version: 2, text: 'Use the new Input System.', createdAt: '2026-11-12T09:00:00.000Z' },
        { version: 1, text: '', createdAt: '2026-11-02T09:00:00.000Z' },
      ],
    }),
  'rules.set': ({ text }) => ok({ kind: 'saved', rules: { ...rules, text, version: rules.version + 1 } }),
  'prompt.list': () => ok({ prompts }),
  'policy.list': () =>
    ok({ rules: [{ ruleId: idOf(800), effect: 'write', folder: 'Assets/Scripts/Generated', createdAt: at }] }),
};

const settingsAt = (settingsSection: string, more: Partial<GalleryState> = {}): GalleryState => ({
  snapshot: sampleSnapshot(),
  window: { view: 'settings', settingsSection },
  ...more,
});

export const projectStates: Readonly<Record<string, GalleryState>> = {
  rules: settingsAt('rules'),
  rulesNone: settingsAt('rules', {
    snapshot: sampleSnapshot({ session: sampleSession({ projectName: null }) }),
    routes: {
      'rules.get': () => ok({ ...rules, projectName: null, version: 0, text: '', createdAt: null, told: '' }),
      'rules.history': () => ok({ versions: [] }),
    },
  }),
  prompts: settingsAt('prompts'),
  promptsNone: settingsAt('prompts', { routes: { 'prompt.list': () => ok({ prompts: [] }) } }),
  promptsEdit: settingsAt('prompts', { press: 'Change Review' }),
  allowed: settingsAt('allowed'),
  allowedNone: settingsAt('allowed', { routes: { 'policy.list': () => ok({ rules: [] }) } }),
  composerPrompts: {
    snapshot: sampleSnapshot({ messages: [sampleMessage(0, { role: 'user', text: 'Create a player controller' })] }),
    type: '/',
  },
};
