export { AppError, DependencyError, InvariantError, ValidationError, toAppError } from './appError.ts';
export type { AppErrorOptions, Issue } from './appError.ts';
export { errorCodes } from './codes.ts';
export type { ErrorCode } from './codes.ts';
export { issuesOf } from './zodIssues.ts';
