import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { DialogShell } from '../../../components/dialog-shell.tsx';

const keys: readonly (readonly [keys: string, what: string])[] = [
  ['Arrows', 'go from cell to cell'],
  ['Tab, Shift Tab', 'to the next or previous cell of the row, and from its end out of the table'],
  ['Home, End', 'to the first or last cell of the row'],
  ['Ctrl and arrows', 'to the last cell in that direction'],
  ['Shift and arrows', 'choose several cells; with Ctrl up to the last'],
  ['Ctrl A', 'choose all cells of the page'],
  ['Type', 'replaces what the cell holds; 12L, 1.2cr, +5% and =120000/12 are understood'],
  ['F2, Enter', 'edit what the cell holds'],
  ['Esc', 'leaves a cell as it was'],
  ['Delete', 'empties the chosen cells; the budget of a year becomes 0'],
  ['Ctrl C, Ctrl V', 'copy and paste a block, from and to a spreadsheet'],
  ['Ctrl Enter', 'puts what is typed into all chosen cells'],
  ['Ctrl D', 'fills down from the first chosen row, or from the cell above'],
  ['Ctrl Z, Ctrl Y', 'undo and redo'],
  ['Enter on the UID', 'opens the service'],
  ['Space', 'shows the service of the row beside the list; it follows the arrows, and Esc closes it'],
  ['Shift and click on a heading', 'sorts by one column more'],
  ['Ctrl K', 'searches everything'],
  ['?', 'shows this list'],
];

/** What the keyboard does in the grid. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <DialogShell
      title="Keys"
      maxWidth="sm"
      onClose={onClose}
      actions={
        <Button variant="contained" onClick={onClose} autoFocus>
          Close
        </Button>
      }
    >
      <Box component="dl" sx={{ margin: 0, display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 4, rowGap: 1 }}>
        {keys.map(([pressed, what]) => (
          <Box key={pressed} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ fontWeight: 600 }}>
              {pressed}
            </Box>
            <Box component="dd" sx={{ margin: 0 }}>
              {what}
            </Box>
          </Box>
        ))}
      </Box>
    </DialogShell>
  );
}
