import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { ApiResult, PreloadBridge } from '../../shared/contracts/api/index.ts';

// The two channels are written out here and in electron/main/ipc/channels.ts: this file imports types only.
const bridge: PreloadBridge = {
  request: (route, input) => ipcRenderer.invoke('spark:request', route, input) as Promise<ApiResult<unknown>>,
  on(listener) {
    // The event object stays here: it would hand the page a way to the raw channel.
    const forward = (_event: IpcRendererEvent, name: string, payload: unknown): void => listener(name, payload);
    ipcRenderer.on('spark:push', forward);
    return () => {
      ipcRenderer.removeListener('spark:push', forward);
    };
  },
};

contextBridge.exposeInMainWorld('spark', bridge);
