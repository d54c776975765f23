import { describe, expect, it } from 'vitest';
import { testedVersion, versionNote } from './serverNotes.ts';

describe("the server's version", () => {
  it('is not worth a word when it is the tested one or is not told', () => {
    expect(versionNote(testedVersion)).toBeNull();
    expect(versionNote(null)).toBeNull();
  });

  it.each([
    ['9.7.3', 'Update it'],
    ['10.0.9', 'Update it'],
    ['10.1.1', 'newer than 10.1.0'],
    ['11.0.0-beta.2', 'newer than 10.1.0'],
    ['unknown', 'says that it is version "unknown"'],
  ])('%s is said', (version, words) => {
    expect(versionNote(version)).toContain(words);
  });
});
