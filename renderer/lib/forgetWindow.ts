/** Drafts and the layout are data of this machine too: they go, and the page begins afresh. */
export async function forgetWindow(): Promise<void> {
  for (const { name } of await indexedDB.databases()) if (name !== undefined) indexedDB.deleteDatabase(name);
  const forget = (): void => {
    localStorage.clear();
    sessionStorage.clear();
  };
  forget();
  // Until the page is gone it hears that its sessions are gone, and stores keep where they are then.
  addEventListener('pagehide', forget);
  location.reload();
}
