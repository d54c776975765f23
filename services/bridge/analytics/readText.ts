import { DependencyError } from '../../../shared/errors/index.ts';

/** The body as text. Rejects with `analytics_rejected` once it is longer than `maxBytes`, without reading on. */
export async function readTextWithin(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new DependencyError('analytics_rejected', 'The analytics API sent more than an answer can have.', {
        retryable: false,
      });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
