import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../../shared/contracts/index.ts';
import { decidePolicy, isRememberableFolder, rememberFolderOf } from './policy.ts';

const rule = (folder: string): PolicyRule => ({
  ruleId: '01a20000-0000-7000-8000-0000000000aa',
  effect: 'write',
  folder,
  createdAt: '2026-01-01T00:00:00.000Z',
});
const write = (path: string, ...folders: string[]) =>
  decidePolicy({ effect: 'write', policyDefault: 'ask', path, rules: folders.map(rule) });

describe('the policy', () => {
  it('lets reads pass, and asks for builds whatever is remembered', () => {
    const rules = [{ ...rule('Assets/Scripts'), effect: 'build' as const }];
    expect(decidePolicy({ effect: 'read', policyDefault: 'automatic', path: null, rules })).toBe('automatic');
    expect(decidePolicy({ effect: 'build', policyDefault: 'ask', path: null, rules })).toBe('ask');
  });

  it('allows a write below a remembered folder and nowhere else', () => {
    expect(write('Assets/Scripts/A.cs', 'Assets/Scripts')).toBe('automatic');
    expect(write('Assets/Scripts/Deep/A.cs', 'Assets/Scripts')).toBe('automatic');
    expect(write('Assets/ScriptsOfOthers/A.cs', 'Assets/Scripts')).toBe('ask');
    expect(write('Assets/Scripts/../Secret/A.cs', 'Assets/Scripts')).toBe('ask');
    expect(write('Assets/A.cs', 'Assets')).toBe('ask');
  });

  it('always asks for code that runs inside the editor', () => {
    expect(write('Assets/Scripts/Editor/Tool.cs', 'Assets/Scripts')).toBe('ask');
    expect(rememberFolderOf('Assets/Scripts/editor/Tool.cs')).toBeNull();
    expect(isRememberableFolder('Assets/Scripts')).toBe(true);
    for (const folder of ['Assets', '', '/etc', 'Assets/Editor', 'Assets/../x', 'Packages/x']) {
      expect(isRememberableFolder(folder), folder).toBe(false);
    }
  });

  it('never allows a write without a rule that covers its path', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, folder) => {
        if (write(path, folder) === 'automatic') expect(path.startsWith(`${folder}/`)).toBe(true);
      }),
    );
  });
});
