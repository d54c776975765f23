import { randomUUID } from 'node:crypto';
import { openJournal } from '../services/bridge/journal/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';

/**
 * Writes a session of `count` messages, a question and an answer in turn, into a journal that nobody has open.
 * The answers carry a list and code, as those of a model do.
 */
export function writeTranscript(options: {
  readonly dataDir: string;
  readonly title: string;
  readonly count: number;
  readonly logger: Logger;
}): void {
  const { dataDir, title, count, logger } = options;
  const source = { app: 'spark-bench', version: '0.0.0', host: 'bench' };
  const journal = openJournal({ dataDir, source, clock: Date.now, logger });
  try {
    const sessionId = randomUUID();
    journal.transact(() => {
      journal.sessions.insert({ sessionId, title, titleIsDefault: false, projectName: null, simulated: true });
      for (let n = 0; n < count; n += 1) {
        const role = n % 2 === 0 ? ('user' as const) : ('assistant' as const);
        const text = role === 'user' ? `Make the jump number ${n} a little higher` : answer(n);
        journal.messages.insert({ sessionId, messageId: randomUUID(), role, text, status: 'complete' });
      }
    });
  } finally {
    journal.close();
  }
}

/**
 * Writes a session with a change to a script of 20,000 lines, every twentieth of them another one, into a journal that
 * nobody has open. Returns its id.
 */
export function writeLongChange(options: { readonly dataDir: string; readonly logger: Logger }): string {
  const { dataDir, logger } = options;
  const source = { app: 'spark-bench', version: '0.0.0', host: 'bench' };
  const journal = openJournal({ dataDir, source, clock: Date.now, logger });
  const sessionId = randomUUID();
  const createdAt = new Date().toISOString();
  const lines = (of: (at: number) => string): string =>
    Array.from({ length: 20_000 }, (_, at) => `${of(at)}\n`).join('');
  try {
    journal.transact(() => {
      journal.sessions.insert({
        sessionId,
        title: 'A long script',
        titleIsDefault: false,
        projectName: null,
        simulated: true,
      });
      journal.changes.insert(
        {
          changeId: randomUUID(),
          sessionId,
          callId: null,
          path: 'Assets/Scripts/Long.cs',
          kind: 'modified',
          sha256Before: null,
          sha256After: null,
          addedLines: 1_000,
          removedLines: 1_000,
          compileStatus: 'unknown',
          compileErrors: [],
          createdAt,
        },
        {
          before: lines((at) => `    private int field${at};`),
          after: lines((at) => `    private ${at % 20 === 0 ? 'float' : 'int'} field${at};`),
        },
      );
    });
    return sessionId;
  } finally {
    journal.close();
  }
}

const answer = (n: number): string =>
  `Done. \`jumpHeight\` is now **${n}**:\n\n- it takes effect at once\n- the *Inspector* still wins\n\n\`\`\`csharp\nprivate void Jump()\n{\n    velocity.y = Mathf.Sqrt(jumpHeight * -2f * gravity);\n}\n\`\`\`\n`;
