/** A picture that stands for a game view in the gallery, 16 : 9. */
export async function drawFrame(frameId: string, width = 1024): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, (width * 9) / 16);
  const paint = canvas.getContext('2d');
  if (paint === null) return new Uint8Array();
  paint.scale(width / 1024, width / 1024);
  const shift = Number(frameId.slice(-2)) * 60;
  const sky = paint.createLinearGradient(0, 0, 0, 380);
  sky.addColorStop(0, '#4a6f9c');
  sky.addColorStop(1, '#b9cbd8');
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 1024, 380);
  paint.fillStyle = '#6f7a5c';
  paint.fillRect(0, 380, 1024, 196);
  paint.fillStyle = '#c7c2b4';
  paint.fillRect(380 + shift, 250, 90, 180);
  paint.fillStyle = '#8d4f3b';
  paint.fillRect(160, 330, 150, 110);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}
