/** Gives a file to the person: a download in a browser, the dialog to save in the desktop app. */
export function saveFile(file: {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(file.bytes)], { type: file.mimeType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.fileName;
  link.click();
  // The download has begun with the click; it holds the bytes itself.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
