import type { TrackerRow } from '@opex/contracts/tracker';
import type { ClipboardEvent, KeyboardEvent } from 'react';
import { notify } from '../../../lib/notices.ts';
import { wordsOf } from '../../../components/states.tsx';
import { useAmountEntries } from '../../amounts/use-amount-entry.ts';
import { copyBlock, misfit, namesIn, laidDown, parseBlock, readBlock, stretched, type Target } from './block.ts';
import { entryOf, monthFields } from '../columns/fields.ts';
import { cellText } from '../editing/cell-entry.ts';
import type { Reading } from '../editing/entry-question.ts';
import { findMasters } from '../tracker.queries.ts';
import type { Beside } from './use-beside.ts';
import type { Area, useRange } from './use-range.ts';

type Sheet = {
  rows: readonly TrackerRow[];
  fields: readonly string[];
  range: ReturnType<typeof useRange>;
  beside: Beside | undefined;
  mayEdit: boolean;
  /** The block as it reads in every unit, first in the one shown. */
  enter: (readings: Reading[]) => void;
  canEdit: (row: TrackerRow, field: string) => string | null;
  /** What is being typed in a cell is dropped. */
  stopEditing: () => void;
  onHelp: () => void;
};

function emptied(field: string): string {
  const entry = entryOf(field);
  return entry?.as === 'amount' && !entry.mayBeEmpty ? '0' : '';
}

const isTyping = (target: EventTarget) =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

const arrows: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What the keyboard and the clipboard do with cells, before the grid's own keys. */
export function useSheetKeys(sheet: Sheet) {
  const { range, rows, fields, beside, mayEdit } = sheet;
  const entries = useAmountEntries();

  const from = ({ firstRow, firstColumn }: Pick<Area, 'firstRow' | 'firstColumn'>): Target => ({
    rows: rows.slice(firstRow),
    fields: fields.slice(firstColumn),
  });

  /** Reads a block at a place, all of it or nothing. */
  async function put(block: string[][], target: Target) {
    const complaint = misfit(block, target);
    if (complaint) {
      notify(complaint, { tone: 'error' });
      return;
    }
    try {
      const names = namesIn(block, target.fields);
      const findMaster = names.length > 0 ? await findMasters(names) : () => undefined;
      sheet.enter(
        entries.map((entry) => ({
          unit: entry.unit,
          ...readBlock(block, { ...target, canEdit: sheet.canEdit }, { ...entry, findMaster }),
        })),
      );
    } catch (error) {
      notify(`Not pasted. ${wordsOf(error)}`, { tone: 'error' });
    }
  }

  const copy = (area: Area) => {
    const text = copyBlock(area.rows, area.fields, entries[0]);
    navigator.clipboard
      .writeText(text)
      .catch(() => notify('This browser does not allow to copy here.', { tone: 'error' }));
  };

  /** From the first row of the range, or from the cell above. */
  function fillDown(area: Area) {
    const isSingle = area.rows.length === 1;
    const source = isSingle ? rows[area.firstRow - 1] : area.rows[0];
    if (!source) return;
    const line = area.fields.map((field) => cellText(source, field, entries[0]));
    const firstRow = isSingle ? area.firstRow : area.firstRow + 1;
    const height = isSingle ? 1 : area.rows.length - 1;
    void put(
      Array.from({ length: height }, () => line),
      from({ firstRow, firstColumn: area.firstColumn }),
    );
  }

  /** What is typed into one cell goes into all that are chosen. */
  function fillWith(text: string, area: Area) {
    sheet.stopEditing();
    void put(stretched([[text]], area.rows.length, area.fields.length), from(area));
  }

  /** What cannot be empty becomes zero; the reason that is asked for then shows it. */
  function clear(area: Area) {
    const cleared = area.fields.flatMap((field) => (field === 'budget' ? budgetOf(area.rows) : [field]));
    void put(
      area.rows.map(() => cleared.map(emptied)),
      { rows: area.rows, fields: cleared },
    );
  }
  /** Of a year that has begun to close, the months that may still change. */
  function budgetOf(chosen: readonly TrackerRow[]): string[] {
    const open = monthFields.filter((field) => chosen.some((row) => sheet.canEdit(row, field) === null));
    return open.length > 0 && open.length < monthFields.length ? open : ['budget'];
  }

  function onKeyDownCapture(event: KeyboardEvent) {
    const isControl = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && isControl && event.target instanceof HTMLInputElement && range.area) {
      event.preventDefault();
      event.stopPropagation();
      fillWith(event.target.value, range.area);
      return;
    }
    if (isTyping(event.target) || event.altKey) return;
    const area = range.current();
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const step = arrows[key];
    const act = (action: () => void, preventsDefault = true) => {
      event.stopPropagation();
      if (preventsDefault) event.preventDefault();
      action();
    };
    if (key === '?') act(sheet.onHelp);
    if (!area || key === '?') return;
    if (event.shiftKey && step) act(() => range.extend(...step, isControl));
    else if (isControl && step) act(() => range.go(...step, true));
    // At the end of a row the focus leaves the sheet, as everywhere on a page.
    else if (key === 'Tab' && !isControl && range.go(0, event.shiftKey ? -1 : 1, false)) act(() => undefined);
    else if (key === ' ' && !isControl && !event.shiftKey && beside) act(beside.toggle);
    else if (key === 'Escape' && beside?.id !== undefined) act(() => beside.show(null));
    else if (isControl && key === 'a') act(range.chooseAll);
    else if (isControl && key === 'c') act(() => copy(area));
    // The grid must not begin to edit; the browser's own paste event brings the block.
    else if (isControl && key === 'v') act(() => undefined, false);
    else if (isControl && key === 'd' && mayEdit) act(() => fillDown(area));
    else if ((key === 'Delete' || key === 'Backspace') && !isControl && mayEdit) act(() => clear(area));
  }

  function onPaste(event: ClipboardEvent) {
    if (isTyping(event.target) || !mayEdit) return;
    const area = range.current();
    const text = event.clipboardData.getData('text/plain');
    if (!area || !text) return;
    event.preventDefault();
    const block = stretched(parseBlock(text), area.rows.length, area.fields.length);
    void put(rows.length === 1 ? laidDown(block) : block, from(area));
  }

  return { onKeyDownCapture, onPaste };
}
