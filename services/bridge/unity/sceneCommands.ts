import type { SceneEdit, Values } from './sceneTypes.ts';

/** What is sent to Unity for an edit: one tool, or several as one batch that ends with the first failure. */
export interface SceneCommand {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export function sceneCommands(edit: SceneEdit): SceneCommand {
  const commands = listOf(edit);
  const [only] = commands;
  if (only !== undefined && commands.length === 1) return only;
  return {
    tool: 'batch_execute',
    args: { commands: commands.map(({ tool, args }) => ({ tool, params: args })), fail_fast: true },
  };
}

function listOf(edit: SceneEdit): SceneCommand[] {
  const { path } = edit;
  switch (edit.kind) {
    case 'create': {
      const { name, parent, primitive, tag, position, rotation, scale, components } = edit.request;
      const args = {
        action: 'create',
        name,
        ...given({ parent, primitive_type: primitive, tag, position, rotation, scale }),
        ...(components.length === 0 ? {} : { components_to_add: components.map(({ type }) => type) }),
      };
      const sets = components.flatMap(({ type, properties = {} }) => setProperties(path, type, properties));
      return [{ tool: 'manage_gameobject', args }, ...sets];
    }
    case 'delete':
      return [{ tool: 'manage_gameobject', args: { action: 'delete', target: path, search_method: 'by_path' } }];
    case 'add': {
      const { component } = edit;
      const args = { action: 'add', target: path, search_method: 'by_path', component_type: component };
      return [{ tool: 'manage_components', args }, ...setProperties(path, component, edit.properties)];
    }
    case 'remove':
      return edit.added.map((component) => ({
        tool: 'manage_components',
        args: { action: 'remove', target: path, search_method: 'by_path', component_type: component },
      }));
    case 'set':
      return setProperties(path, edit.component, edit.after);
  }
}

const setProperties = (path: string, component: string, properties: Values): SceneCommand[] =>
  Object.keys(properties).length === 0
    ? []
    : [
        {
          tool: 'manage_components',
          args: {
            action: 'set_property',
            target: path,
            search_method: 'by_path',
            component_type: component,
            properties,
          },
        },
      ];

const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
