import type { TrackerRow } from '@opex/contracts/tracker';
import Paper from '@mui/material/Paper';
import Popper from '@mui/material/Popper';
import type { GridCellParams } from '@mui/x-data-grid';
import { useEffect, useState, type KeyboardEvent, type SyntheticEvent } from 'react';

type Cell = GridCellParams<TrackerRow>;
type Refused = { at: HTMLElement; words: string };

const wantsToEdit = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) =>
  !ctrlKey && !metaKey && !altKey && (key.length === 1 || key === 'Enter' || key === 'F2');

/** Says at the cell why it does not take what is typed into it, until the person goes elsewhere. */
export function useRefusedCell(whyNot: (cell: Cell) => string | null) {
  const [refused, setRefused] = useState<Refused | null>(null);
  useEffect(() => {
    if (!refused) return;
    const forget = () => setRefused(null);
    refused.at.addEventListener('blur', forget);
    document.addEventListener('scroll', forget, true);
    return () => {
      refused.at.removeEventListener('blur', forget);
      document.removeEventListener('scroll', forget, true);
    };
  }, [refused]);

  function refuse(cell: Cell, { currentTarget }: SyntheticEvent<HTMLElement>) {
    const words = cell.cellMode === 'view' ? whyNot(cell) : null;
    setRefused(words === null ? null : { at: currentTarget, words });
  }
  return {
    onDoubleClick: refuse,
    onKeyDown: (cell: Cell, event: KeyboardEvent<HTMLElement>) => {
      if (wantsToEdit(event)) refuse(cell, event);
      else setRefused(null);
    },
    note: refused && (
      <Popper open anchorEl={refused.at} placement="bottom-start" sx={{ zIndex: 'tooltip' }}>
        <Paper role="alert" elevation={4} sx={{ paddingBlock: 1.5, paddingInline: 3, maxWidth: 360, fontSize: 13 }}>
          {refused.words}
        </Paper>
      </Popper>
    ),
  };
}
