/** Specs of what only the web host has: they do not run in the desktop app. By file, with the reason. */
export const webOnly: Readonly<Record<string, string>> = {
  browserSubscriber: 'a page of its own, without SPARK, that subscribes to NATS over WebSocket',
  lostSocket: "the window's WebSocket is cut; the desktop app has IPC, which lives as long as its window",
  size: 'what the first paint loads over a network; the desktop app loads the same files from disk',
};
