import { supervise, type Supervised } from './supervised.ts';
import { publisherStatus, type PublisherCommand, type PublisherStatus } from './publisherProtocol.ts';

/** The publisher program and what it answers. Its rate and clock survive its death, as its user would go on. */
export interface PublisherProcess extends Supervised {
  readonly tell: (command: PublisherCommand) => void;
  /** Undefined when it does not answer within the time, because it is away or busy. */
  readonly ask: (withinMs?: number) => Promise<PublisherStatus | undefined>;
}

export function supervisePublisher(spec: Parameters<typeof supervise>[0]): PublisherProcess {
  const waiting = new Map<number, (status: PublisherStatus) => void>();
  let asked = 0;
  let wish: PublisherCommand = {};
  const program = supervise({
    ...spec,
    onLine(line) {
      const value: unknown = JSON.parse(line);
      const parsed = publisherStatus.safeParse(value);
      if (parsed.success) waiting.get(parsed.data.answer)?.(parsed.data);
      // Its ready line: it has just started and is told again what to do.
      else program.write(JSON.stringify(wish));
    },
  });
  return {
    ...program,
    tell(command) {
      wish = { ...wish, ...command };
      program.write(JSON.stringify(command));
    },
    ask: (withinMs = 2_000) =>
      new Promise((resolve) => {
        const number = (asked += 1);
        const settle = (status: PublisherStatus | undefined): void => {
          clearTimeout(late);
          waiting.delete(number);
          resolve(status);
        };
        const late = setTimeout(settle, withinMs, undefined);
        waiting.set(number, settle);
        program.write(JSON.stringify({ ask: number }));
      }),
  };
}
