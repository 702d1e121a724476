/** Hands a file to the browser, which keeps it where it keeps downloads. */
export function saveFile({ name, bytes }: { name: string; bytes: Blob }) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  // Some browsers begin to read it only after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
