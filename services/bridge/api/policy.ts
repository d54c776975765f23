import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { isRememberableFolder } from '../functions/index.ts';
import type { ApiParts } from './types.ts';

export function policyRoutes(parts: ApiParts): Pick<ApiHandlers, 'policy.list' | 'policy.revoke' | 'policy.remember'> {
  const { policyRules } = parts.journal;
  const projectName = (): string => parts.project().name ?? '';
  return {
    // All of them: what is allowed can be taken back when its project is not open, too.
    'policy.list': async () => ({ rules: policyRules.all() }),
    'policy.revoke': async ({ ruleId }) => ({ revoked: policyRules.revoke(ruleId) }),
    'policy.remember': async ({ effect, folder }) => {
      if (effect !== 'write') {
        throw new AppError('invalid_input', 'Only writes can be allowed always; reads need nobody, builds always ask.');
      }
      if (!isRememberableFolder(folder)) {
        throw new AppError(
          'path_outside_assets',
          'Choose a folder below Assets/ that is no Editor folder, such as Assets/Scripts. Nothing was remembered.',
          { data: { folder } },
        );
      }
      return { rule: policyRules.remember(projectName(), effect, folder) };
    },
  };
}
