import process from 'node:process';
import { addSession, openTestJournal } from './testJournal.ts';

/** Started by a test to be killed: commits a message, streams another, says so, and stays. */
const [dataDir = '', sessionId = ''] = process.argv.slice(2);
const journal = openTestJournal(dataDir);
addSession(journal, sessionId);
journal.transact(() => {
  journal.outbox.append(sessionId, { type: 'session', action: 'started', title: 'Test' });
  journal.messages.insert({
    sessionId,
    messageId: 'm1',
    role: 'user',
    text: 'Create a player controller',
    status: 'complete',
  });
});
journal.messages.insert({ sessionId, messageId: 'm2', role: 'assistant', text: '', status: 'streaming' });
journal.messages.appendDelta(sessionId, 'm2', 'I will');
process.stdout.write('ready\n');
setInterval(() => {
  journal.messages.appendDelta(sessionId, 'm2', ' go on');
}, 50);
