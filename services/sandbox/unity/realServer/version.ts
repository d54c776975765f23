/**
 * MCP for Unity as it is tested against. The package asks only for ranges of `fastmcp` and `mcp`, and what the server
 * answers depends on both, so all three are pinned.
 */
export const unityMcpVersion = '10.1.0';
export const requirements = [`mcpforunityserver==${unityMcpVersion}`, 'fastmcp==3.4.10', 'mcp==1.30.0'] as const;
export const oldestPython = [3, 10] as const;
