/** The server's waits in milliseconds, by the names of the simulator's own; unset ones stay as shipped. */
export interface RealServerWaits {
  readonly commandMs?: number;
  readonly fastMs?: number;
  readonly probeMs?: number;
  readonly sessionMs?: number;
  readonly readyMs?: number;
}

/**
 * The Python that starts the server: as shipped, or with its waits shortened, so that what takes half a minute in use
 * takes a second in a test. Only numbers change; two of them can be set by the environment (see `waitVariables`), the
 * others are constants of its source.
 */
export function launcher(waits: RealServerWaits): string {
  const lines = ['import sys'];
  if (waits.commandMs !== undefined || waits.fastMs !== undefined) {
    lines.push('from transport.plugin_hub import PluginHub');
    if (waits.commandMs !== undefined) lines.push(`PluginHub.COMMAND_TIMEOUT = ${waits.commandMs / 1_000}`);
    if (waits.fastMs !== undefined) lines.push(`PluginHub.FAST_FAIL_TIMEOUT = ${waits.fastMs / 1_000}`);
  }
  if (waits.readyMs !== undefined) {
    // 30 s after a write and 60 s after a refresh as shipped: both shrink alike.
    lines.push(
      'import services.tools.refresh_unity as refresh',
      'shipped = refresh.wait_for_editor_ready',
      'async def wait_for_editor_ready(ctx, timeout_s=30.0):',
      `    return await shipped(ctx, timeout_s * ${waits.readyMs / 30_000})`,
      'refresh.wait_for_editor_ready = wait_for_editor_ready',
    );
  }
  return [...lines, 'from main import main', 'sys.exit(main())'].join('\n');
}

export function waitVariables(waits: RealServerWaits): Record<string, string> {
  return {
    ...(waits.sessionMs === undefined ? {} : { UNITY_MCP_SESSION_RESOLVE_MAX_WAIT_S: String(waits.sessionMs / 1_000) }),
    ...(waits.probeMs === undefined ? {} : { UNITY_MCP_SESSION_READY_WAIT_SECONDS: String(waits.probeMs / 1_000) }),
  };
}
