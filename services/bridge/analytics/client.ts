import type { z } from 'zod';
import {
  analyticsErrorSchema,
  analyticsRoutes,
  type AnalyticsAnswer,
  type InsightDays,
  type InsightScope,
} from '../../../shared/contracts/index.ts';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { readTextWithin } from './readText.ts';

/** The figures as the analytics API tells them. Every rejection is a DependencyError (`analytics_*`). */
export interface AnalyticsClient {
  /** Asks the least that shows that it answers, takes the token and reaches its replica; resolves with how long it took. */
  readonly check: (signal?: AbortSignal) => Promise<{ readonly latencyMs: number }>;
  readonly readInsights: (days: InsightDays, of: InsightScope) => Promise<AnalyticsAnswer<'insights'>>;
}

export interface AnalyticsClientOptions {
  /** `SLATE_ANALYTICS_URL`, with its base path. */
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

/** A year of figures of many models is some 100 kB. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Asks the API of `SLATE_ANALYTICS_URL`. An answer is kept with its tag and sent for again only when it changed; what is
 * not the answer that the contract names is refused, never shown.
 */
export function makeAnalyticsClient(options: AnalyticsClientOptions): AnalyticsClient {
  const { url, token, fetch = globalThis.fetch, timeoutMs = 5_000 } = options;
  const base = url.replace(/\/+$/, '');
  /** The newest answer alone: who looks at insights asks the same again. */
  let kept: { readonly path: string; readonly tag: string; readonly text: string } | undefined;

  /** A redirect would carry the token to where nobody meant it to go. */
  const send = (path: string, own: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> => {
    const late = AbortSignal.timeout(timeoutMs);
    return fetch(`${base}${path}`, {
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...own,
      },
      redirect: 'error',
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
  };

  async function ask(path: string): Promise<string> {
    const known = kept?.path === path ? kept : undefined;
    const response = await send(path, known === undefined ? {} : { 'if-none-match': known.tag });
    if (response.status === 304 && known !== undefined) {
      await response.body?.cancel();
      return known.text;
    }
    const text = await readTextWithin(response, maxAnswerBytes);
    if (!response.ok) throw refusal(response.status, text);
    const tag = response.headers.get('etag');
    kept = tag === null ? undefined : { path, tag, text };
    return text;
  }

  return {
    async check(signal) {
      const { path, answer } = analyticsRoutes.alerts;
      const begunMs = performance.now();
      try {
        const response = await send(`${path}?limit=1`, {}, signal);
        const text = await readTextWithin(response, maxAnswerBytes);
        if (!response.ok) throw refusal(response.status, text);
        parse(answer, text);
        return { latencyMs: performance.now() - begunMs };
      } catch (error) {
        throw error instanceof AppError ? error : away(error);
      }
    },
    async readInsights(days, of) {
      const { path, answer } = analyticsRoutes.insights;
      const query = new URLSearchParams({ first: days.first, from: days.from, to: days.to, ...scopeParameters(of) });
      try {
        return parse(answer, await ask(`${path}?${query.toString()}`));
      } catch (error) {
        throw error instanceof AppError ? error : away(error);
      }
    },
  };
}

function scopeParameters(of: InsightScope): Record<string, string> {
  if (of.kind === 'project') return { project: of.name };
  return of.kind === 'session' ? { session: of.sessionId } : {};
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new DependencyError(
    'analytics_rejected',
    'The analytics API answered what this version does not understand. Is SLATE_ANALYTICS_URL right, and the API of this version?',
    { retryable: false, cause: parsed.error },
  );
}

/** Of what another server says; it goes into the window and the log. */
const maxChars = 500;

function refusal(status: number, text: string): DependencyError {
  if (status === 401 || status === 403) {
    return new DependencyError(
      'analytics_rejected',
      'The analytics API refuses the token. Check SLATE_ANALYTICS_TOKEN.',
      { retryable: false, data: { status } },
    );
  }
  const said = analyticsErrorSchema.safeParse(jsonOf(text));
  const why = said.success ? said.data.error.message.slice(0, maxChars) : `it answered with status ${status}`;
  return status >= 500 || status === 429
    ? new DependencyError('analytics_unavailable', `The analytics API cannot answer: ${why}`, {
        retryable: true,
        data: { status },
      })
    : new DependencyError('analytics_rejected', `The analytics API refused the question: ${why}`, {
        retryable: false,
        data: { status },
      });
}

function away(error: unknown): DependencyError {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = isLate ? 'it takes too long' : cause instanceof Error ? cause.message : String(cause);
  return new DependencyError('analytics_unavailable', `The analytics API does not answer: ${why}.`, {
    retryable: true,
    cause: error,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
