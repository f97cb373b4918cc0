// A picture that is opened on the pad.

const LONGEST = 560; // pixels of its longer side, as it is sent

/** Return a picture file, upright, on a canvas of at most LONGEST pixels a side; rejects what is no picture. */
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const photo = document.createElement("canvas");
  photo.width = Math.max(1, Math.round(bitmap.width * scale));
  photo.height = Math.max(1, Math.round(bitmap.height * scale));
  photo.getContext("2d").drawImage(bitmap, 0, 0, photo.width, photo.height);
  bitmap.close();
  return photo;
}

/** Draw a photo in the middle of a square of `side` units, as large as fits; white shows behind what is transparent. */
export function drawPhoto(ink, photo, side) {
  const scale = side / Math.max(photo.width, photo.height);
  const [width, height] = [photo.width * scale, photo.height * scale];
  const place = [(side - width) / 2, (side - height) / 2, width, height];
  ink.fillStyle = "#fff";
  ink.fillRect(...place);
  ink.drawImage(photo, ...place);
}
