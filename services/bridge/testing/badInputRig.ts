import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { MessageView, SessionSnapshot, TurnState } from '../../../shared/contracts/index.ts';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle, waitMs } from '../../../shared/node/lifecycle/index.ts';
import { say, startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import { makeCertificate } from '../../sandbox/realtime/testing/certificate.ts';
import { startUnitySimulator } from '../../sandbox/unity/index.ts';
import { bridgeVariables, openBridge, type SparkBridge } from '../index.ts';
import { readJournalEvidence, type JournalEvidence } from './conversation/evidence.ts';
import { makeTestFolder, silentLogger } from './testJournal.ts';

/** A bridge between the stand-ins that is given what it should never get. */
export interface BadInputRig {
  /** What the bridge talks to unless it was sent elsewhere. */
  readonly model: RealtimeSimulator;
  readonly sessionId: string;
  /** States of the turn that the window was told, oldest first. */
  readonly turns: readonly TurnState[];
  readonly send: (text: string) => Promise<MessageView>;
  /** Resolves with the session as soon as `test` holds; rejects after half a minute. */
  readonly until: (test: (snapshot: SessionSnapshot) => boolean) => Promise<SessionSnapshot>;
  /** Opens the bridge again on the same data: over TLS with a certificate that nobody trusts, or as it was. */
  readonly reopen: (over: 'untrusted' | 'plain') => Promise<void>;
  /** Sends a message that the model answers with these words; resolves with them when they are there. */
  readonly converse: (answer: string) => Promise<string>;
  readonly evidence: () => JournalEvidence;
  readonly close: () => Promise<void>;
}

export async function openBadInputRig(): Promise<BadInputRig> {
  const data = makeTestFolder();
  const lifecycle = makeLifecycle({ logger: silentLogger });
  const unity = await startUnitySimulator({ projectDir: join(data.dir, 'SparkSample'), compileMs: 20, reloadMs: 20 });
  const model = await startRealtimeSimulator({ deltaMs: 0 });
  const untrusted = await startRealtimeSimulator({ key: model.key, tls: makeCertificate() });
  const dataDir = join(data.dir, 'data');
  const turns: TurnState[] = [];

  async function open(url: string): Promise<SparkBridge> {
    const config = loadConfig(
      {
        SPARK_DATA_DIR: dataDir,
        UNITY_MCP_URL: unity.url,
        SPARK_REALTIME_URL: url,
        OPENAI_REALTIME_API_KEY: model.key,
        SPARK_SIMULATED: 'unity,model',
      },
      [...bridgeVariables],
    );
    const opened = await openBridge({ config, logger: silentLogger, lifecycle, hostKind: 'web', version: '0.0.0' });
    opened.subscribe((event) => {
      if (event.name === 'turn.changed') turns.push(event.payload.state);
    });
    return opened;
  }

  let bridge = await open(model.url);
  const { sessionId } = (await bridge.api['session.create']({ title: 'Bad input' })).session;
  const send: BadInputRig['send'] = async (text) =>
    (await bridge.api['chat.send']({ sessionId, messageId: uuidv7(), text })).message;
  const until: BadInputRig['until'] = async (test) => {
    const signal = AbortSignal.timeout(30_000);
    for (;;) {
      const snapshot = await bridge.api['session.open']({ sessionId });
      if (test(snapshot)) return snapshot;
      await waitMs(20, signal);
      signal.throwIfAborted();
    }
  };

  return {
    model,
    sessionId,
    turns,
    send,
    until,
    async reopen(over) {
      await bridge.close();
      bridge = await open(over === 'plain' ? model.url : untrusted.url);
    },
    async converse(answer) {
      model.play([say(answer)]);
      await send('And now?');
      const isAnswer = ({ text, status }: MessageView): boolean => text === answer && status === 'complete';
      return (await until(({ messages }) => messages.some(isAnswer))).messages.find(isAnswer)?.text ?? '';
    },
    evidence: () => readJournalEvidence(join(dataDir, 'journal.sqlite')),
    async close() {
      await lifecycle.shutdown('test');
      await Promise.all([model.close(), untrusted.close(), unity.close()]);
      data.remove();
    },
  };
}
