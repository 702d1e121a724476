/** What a command wants of the page it leads to, which takes it once it is there. */
let wanted: string | null = null;

export const want = (what: string) => void (wanted = what);

export function takeWanted(what: string): boolean {
  const isMeant = wanted === what;
  if (isMeant) wanted = null;
  return isMeant;
}
