import { integerOf, isRecord, textOf } from '../../editor/reply.ts';
import { pythonJson, toResult } from '../result.ts';
import { optional } from './scripts.ts';
import type { Tool } from './types.ts';

const actions = ['ping', 'screenshot', 'screenshot_multiview'];
const otherActions =
  'ensure_brain get_brain_status create_camera set_target set_priority set_lens set_body set_aim set_noise add_extension remove_extension set_blend force_camera release_override list_cameras'.split(
    ' ',
  );

/** manage_camera: a picture comes as text and image without structured content, everything else as a plain body. */
export const manageCamera: Tool = async (args, call) => {
  const action = textOf(args, 'action').toLowerCase();
  if (!actions.includes(action) && !otherActions.includes(action)) {
    return toResult({
      success: false,
      message: `Unknown action '${textOf(args, 'action')}'. Available actions by category — Setup: ping, ensure_brain, get_brain_status; Creation: create_camera; Configuration: set_target, set_priority, set_lens, set_body, set_aim, set_noise; Extensions: add_extension, remove_extension; Control: set_blend, force_camera, release_override, list_cameras; Capture: screenshot, screenshot_multiview. Run with action='ping' to check Cinemachine availability.`,
    });
  }
  const maxResolution = integerOf(args, 'max_resolution');
  if (maxResolution !== undefined && maxResolution <= 0) {
    return toResult({ success: false, message: 'max_resolution must be a positive integer.' });
  }
  const include = args['include_image'];
  const params = {
    action,
    ...optional('fileName', args['screenshot_file_name']),
    ...optional('superSize', integerOf(args, 'screenshot_super_size')),
    ...optional('camera', args['camera']),
    ...optional('outputFolder', args['output_folder']),
    ...(include === true || include === 'true' ? { includeImage: true } : {}),
    ...optional('maxResolution', maxResolution),
    ...optional('captureSource', args['capture_source']),
    ...optional('viewTarget', args['view_target']),
  };
  const { body } = await call.link.send('manage_camera', params);
  const data = isRecord(body['data']) ? body['data'] : {};
  const { imageBase64, ...rest } = data;
  if (body['success'] !== true || typeof imageBase64 !== 'string') return toResult(body);
  return {
    content: [
      { type: 'text', text: pythonJson({ ...body, data: rest }) },
      { type: 'image', data: imageBase64, mimeType: 'image/png' },
    ],
    isError: false,
  };
};
