/** The two channels between a window and main; electron/preload/index.ts writes the same words out. */
export const requestChannel = 'spark:request';
export const pushChannel = 'spark:push';
