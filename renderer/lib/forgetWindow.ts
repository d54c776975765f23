/** Drafts and the layout are data of this machine too: they go, and the page begins afresh. */
export async function forgetWindow(): Promise<void> {
  for (const { name } of await indexedDB.databases()) if (name !== undefined) indexedDB.deleteDatabase(name);
  localStorage.clear();
  sessionStorage.clear();
  location.reload();
}
