/** Whether a text names this very path: another path that only begins or ends with it does not. */
export function namesPath(text: string, path: string): boolean {
  const [words, wanted] = [text.replaceAll('\\', '/'), path.replaceAll('\\', '/')];
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const [before, after] = [words.slice(0, at), words.slice(at + wanted.length)];
    if (/(?:^|[\s"'`([<,;:=])$/.test(before) && /^(?:$|[\s"'`)\]>,;:!?]|\.(?:$|[\s"'`)]))/.test(after)) return true;
  }
  return false;
}
