/**
 * Called when a text is sent; call what it gives when that is saved. Then the text is forgotten and the answer is true,
 * unless it is another one by then: that was typed while the save was on its way, stays, and the answer is false.
 */
export function markSent(read: () => unknown, forget: () => void): () => boolean {
  const sent = read();
  return () => {
    if (read() !== sent) return false;
    forget();
    return true;
  };
}
