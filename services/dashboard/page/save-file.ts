/** Long after the browser has begun to write the file. */
const KEEP_MS = 60_000;

/** Saves data as a file, as a click on a link would. */
export const saveFile = (data: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
};
