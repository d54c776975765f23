import type { MessageView, SessionSnapshot, TurnState } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleCall, sampleChange, sampleMessage, sampleSession, sampleSnapshot } from './samples.ts';

/** Steering and images: what is queued, forked, waited for, stopped, attached, and text that means no good. */
const image = (n: number, width: number, height: number) => ({
  sha256: String(n).repeat(64),
  mimeType: 'image/png' as const,
  width,
  height,
});
const asked = sampleMessage(0, { role: 'user', text: 'Create a player controller' });
const answer = sampleMessage(1, {
  text: 'I’ll add a `CharacterController`-based script to `Assets/Scripts`, where your other scripts are.',
});
const again = sampleMessage(2, { role: 'user', text: 'Make it jump higher, and show me the game view' });
const streaming = sampleMessage(3, {
  text: 'The jump height is a field of the script. I raise it and',
  status: 'streaming',
});
const busy = sampleSession({ busy: true });
const queued = (position: number, text: string, more: Partial<MessageView> = {}): MessageView =>
  sampleMessage(position, { role: 'user', status: 'queued', text, ...more });
const turned = (turn: TurnState, more: Partial<SessionSnapshot> = {}): GalleryState => ({
  snapshot: sampleSnapshot({ session: busy, turn, messages: [asked, answer, again], ...more }),
});
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

const parentId = idOf(990);
const fromParent = [asked, answer].map((message) => ({ ...message, sessionId: parentId }));
const fork = sampleSnapshot({
  session: sampleSession({
    title: 'Player controller (fork)',
    forkedFrom: { sessionId: parentId, title: 'Player controller', position: 4 },
  }),
  messages: [...fromParent, { ...again, position: 4 }, { ...answer, messageId: 'm5', position: 5 }],
  calls: [sampleCall(3, { sessionId: parentId, state: 'succeeded', changeId: idOf(2), summary: 'created' })],
  changes: [
    sampleChange(2, { sessionId: parentId, callId: 'c3' }),
    sampleChange(5, { kind: 'modified', addedLines: 3 }),
  ],
});

export const steeringStates: Readonly<Record<string, GalleryState>> = {
  messageImages: {
    snapshot: sampleSnapshot({
      messages: [
        {
          ...asked,
          text: 'Why is the crate floating? Left is the scene, right what I want.',
          images: [image(1, 1024, 576), image(2, 576, 1024)],
        },
        answer,
      ],
    }),
  },
  composerImages: {
    snapshot: sampleSnapshot({ messages: [asked, answer] }),
    draft: { text: 'What is wrong with this material? See @Assets/Materials/Crate.mat', images: 3 },
  },
  composerMention: { snapshot: sampleSnapshot({ messages: [asked, answer] }), type: 'Put @Cra' },
  steerQueue: {
    snapshot: sampleSnapshot({
      session: busy,
      turn: { kind: 'answering' },
      messages: [
        asked,
        answer,
        again,
        streaming,
        queued(4, 'Then build it for Linux'),
        queued(5, 'And tell me its size', { images: [image(1, 1024, 576)] }),
      ],
    }),
  },
  steerEdit: { snapshot: sampleSnapshot({ messages: [asked, answer, again] }), press: 'Edit' },
  steerOptions: { snapshot: sampleSnapshot({ messages: [asked, answer] }), press: 'While SPARK answers' },
  fork: { snapshot: fork, window: { panelTab: 'changes', changeId: idOf(2) } },
  turnWaiting: turned({
    kind: 'waiting',
    reason: 'The service takes no more tokens this minute (limit of your account).',
    retryAt: inSeconds(42),
  }),
  turnReconnecting: turned({ kind: 'reconnecting', retryAt: inSeconds(6) }),
  turnStopped: turned(
    {
      kind: 'stopped',
      code: 'rate_limited',
      message: 'This turn reached its limit of 25 function calls. What was done is kept.',
      may: ['continue', 'retry'],
    },
    { session: sampleSession() },
  ),
  notSent: {
    snapshot: sampleSnapshot({
      messages: [
        asked,
        answer,
        {
          ...again,
          status: 'failed',
          error: { code: 'realtime_unavailable', message: 'The model cannot be reached.' },
        },
      ],
    }),
  },
  hostileText: {
    snapshot: sampleSnapshot({
      messages: [
        {
          ...asked,
          text: 'if (isAdmin\u202e \u2066// check\u2069 \u2066) {  \u001b[31mred\u001b[0m \u0000 \ud800 end',
        },
        sampleMessage(1, {
          text: `A bell \u0007, a reversed \u202eword\u202c and \`\u001b[2Jcode\u001b[0m\`. ${'\u0627\u0644\u0639\u0631\u0628\u064a\u0629 '.repeat(6)}`,
        }),
        sampleMessage(2, {
          messageId: 'm9',
          text: '<script>window.hostile = true</script><img src="https://attacker.invalid/a.png" onerror="window.hostile = true">\n\n![look](https://attacker.invalid/b.png) [click](javascript:window.hostile=true) <iframe src="https://attacker.invalid"></iframe>',
        }),
        { ...again, position: 3, text: 'x'.repeat(100_000) },
        sampleMessage(4, { text: '**[`'.repeat(25_000) }),
      ],
      calls: [
        sampleCall(5, {
          state: 'awaiting_approval',
          approval: {
            kind: 'write',
            path: 'Assets/Scripts/Admin.cs',
            before: null,
            after: 'bool isAdmin = false;\n/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */\n',
            addedLines: 2,
            removedLines: 0,
            reason: 'Checks \u202ethe\u202c rights. \u001b[31mred\u001b[0m',
            warnings: [],
            rememberFolder: 'Assets/Scripts',
          },
        }),
      ],
    }),
  },
  composerTooLong: {
    snapshot: sampleSnapshot({ messages: [asked, answer] }),
    draft: { text: 'line of a log\n'.repeat(8_000), images: 0 },
  },
};
