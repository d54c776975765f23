/**
 * Every error code of SPARK. Codes are wire format (API frames, events, logs): they are added, never renamed.
 */
export const errorCodes = [
  'invariant',
  'invalid_input',
  'not_found',
  'cancelled',
  'timeout',
  'unauthorized',
  'rate_limited',
  'config_invalid',
  'data_folder_locked',
  'unknown_route',
  'internal',
  'realtime_unavailable',
  'realtime_rejected',
  'unity_unavailable',
  'unity_no_editor',
  'unity_select_instance',
  'unity_busy',
  'unity_unsettled',
  'unity_failed',
  'unity_rejected',
  'path_outside_assets',
  'stale_file',
  'patch_mismatch',
  'script_syntax',
  'denied',
  'already_decided',
  'db_unavailable',
  'db_rejected',
  'db_schema',
  'nats_unavailable',
  'nats_rejected',
  'stack_failed',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
