/** The characters of amounts are few: each is measured once, in the font of the page. */
const widths = new Map<string, number>();
/** Where nothing is drawn, as in a test without a browser. */
const usualPx = 8.5;
const repeats = 20;
/** As the cells of a grid, and as the totals below them. */
const looks = [
  { fontSize: '13px', fontWeight: '400' },
  { fontSize: '12px', fontWeight: '600' },
];

function widthOf(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  const width = Math.max(...looks.map((look) => measured(character, look))) || usualPx;
  widths.set(character, width);
  return width;
}

function measured(character: string, look: (typeof looks)[number]): number {
  const sample = document.createElement('span');
  sample.textContent = character.repeat(repeats);
  Object.assign(sample.style, { position: 'absolute', visibility: 'hidden', whiteSpace: 'pre', ...look });
  document.body.append(sample);
  const { width } = sample.getBoundingClientRect();
  sample.remove();
  return width / repeats;
}

/** How many pixels an amount takes at the size of a grid. */
export const amountWidth = (text: string) =>
  Math.ceil(Array.from(text).reduce((width, character) => width + widthOf(character), 0));
