export * from './client.ts';
export * from './frames.ts';
export * from './pushed.ts';
export * from './routes.ts';
export * from './setupViews.ts';
export * from './usageViews.ts';
export * from './views.ts';
export * from './voice.ts';
