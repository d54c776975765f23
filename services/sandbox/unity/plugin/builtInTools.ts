/**
 * The 35 built-in tools that an editor with default settings registers, by group. The server shows a group once one of
 * its tools is registered; that the stand-in cannot carry some of them out is no reason to leave them out, because the
 * editor then answers `Unknown or unsupported command type`.
 */
const groups: Readonly<Record<string, string>> = {
  core: 'batch_execute execute_menu_item find_gameobjects manage_asset manage_build manage_camera manage_components manage_editor manage_gameobject manage_graphics manage_material manage_packages manage_physics manage_prefabs manage_scene manage_script read_console refresh_unity',
  scripting_ext: 'execute_code manage_scriptable_object',
  testing: 'get_test_job run_tests',
  vfx: 'manage_shader manage_texture manage_vfx',
  ui: 'manage_ui',
  docs: 'unity_reflect',
  animation: 'manage_animation',
  profiling: 'manage_profiler',
  asset_gen: 'generate_audio generate_image generate_model import_model import_model_file',
  probuilder: 'manage_probuilder',
};
/** Tools that answer "pending", with the longest time (seconds) that the server may poll them; 0 has no limit. */
const pollSeconds: Readonly<Record<string, number>> = {
  manage_build: 1800,
  manage_packages: 0,
  generate_image: 300,
  generate_model: 300,
  import_model: 300,
  generate_audio: 600,
};

/** Body of `register_tools`. */
export const builtInTools = Object.entries(groups).flatMap(([group, names]) =>
  names.split(' ').map((name) => ({
    name,
    description: `Tool: ${name}`,
    structured_output: true,
    requires_polling: name in pollSeconds,
    poll_action: 'status',
    max_poll_seconds: pollSeconds[name] ?? 0,
    group,
    parameters: [],
  })),
);
