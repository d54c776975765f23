/** Reads whose replies are compared with the captured ones; `fields` as `shapeOf` gives them. */
export interface Probe {
  readonly name: string;
  readonly call:
    { readonly tool: string; readonly args: Readonly<Record<string, unknown>> } | { readonly resource: string };
  readonly fields: string;
}

export const checkFolder = 'Assets/SparkCheck';
export const checkScript = `${checkFolder}/SparkCheckProbe.cs`;

const asset =
  'path:string guid:string assetType:string name:string fileName:string isFolder:boolean instanceID:number lastWriteTimeUtc:string previewBase64:null previewWidth:number previewHeight:number';
const under = (prefix: string, fields: string): string =>
  fields
    .split(' ')
    .map((field) => `${prefix}${field}`)
    .join(' ');

export const probes: readonly Probe[] = [
  {
    name: 'sha of a script',
    call: { tool: 'get_sha', args: { uri: checkScript } },
    fields: 'success:boolean data:object data.sha256:string data.lengthBytes:number',
  },
  {
    name: 'text of a script',
    call: { tool: 'manage_script', args: { action: 'read', name: 'SparkCheckProbe', path: checkFolder } },
    fields:
      'success:boolean message:string data:object data.uri:string data.path:string data.contents:string data.encodedContents:null data.contentsEncoded:boolean',
  },
  {
    name: 'check of a script',
    call: { tool: 'validate_script', args: { uri: checkScript, level: 'basic' } },
    fields: 'success:boolean data:object data.warnings:number data.errors:number',
  },
  {
    name: 'information on an asset',
    call: { tool: 'manage_asset', args: { action: 'get_info', path: checkScript } },
    fields: `success:boolean message:string data:object ${under('data.', asset)}`,
  },
  {
    name: 'search in a folder',
    call: {
      tool: 'manage_asset',
      args: { action: 'search', path: checkFolder, search_pattern: 'SparkCheckProbe', filter_type: 'MonoScript' },
    },
    fields: `success:boolean message:string data:object data.totalAssets:number data.pageSize:number data.pageNumber:number data.assets:array data.assets[]:object ${under('data.assets[].', asset)}`,
  },
  {
    name: 'console',
    call: { tool: 'read_console', args: { action: 'get', types: ['error'], count: '5', format: 'json' } },
    fields:
      'success:boolean message:string data:array data[]:object data[].type:string data[].message:string data[].file:string data[].line:number data[].stackTrace:null',
  },
  {
    name: 'picture',
    call: {
      tool: 'manage_camera',
      args: { action: 'screenshot', include_image: true, max_resolution: 160, output_folder: checkFolder },
    },
    fields:
      'success:boolean message:string data:object data.path:string data.fullPath:string data.superSize:number data.isAsync:boolean data.camera:string data.captureSource:string data.imageWidth:number data.imageHeight:number',
  },
  {
    name: 'information on the project',
    call: { resource: 'mcpforunity://project/info' },
    fields:
      'success:boolean message:string error:null data:object data.projectRoot:string data.projectName:string data.unityVersion:string data.platform:string data.assetsPath:string hint:null',
  },
];

/** A probe's fields as a shape. */
export const expectedShape = ({ fields }: Probe): ReadonlyMap<string, string> =>
  new Map(
    fields.split(' ').map((field) => {
      const at = field.lastIndexOf(':');
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
