import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

export type RowAction = { label: string; run: () => void };

type Props = {
  /** What the row is called: "Acme". */
  subject: string;
  actions: readonly RowAction[];
  /** In a grid, the cell decides whether Tab stops at the button. */
  tabIndex?: 0 | -1;
  hasFocus?: boolean;
};

/** What can be done with a row. */
export function RowMenu({ subject, actions, tabIndex = 0, hasFocus = false }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (actions.length === 0) return null;
  return (
    <>
      <Button
        aria-label={`Change ${subject}`}
        aria-haspopup="menu"
        tabIndex={tabIndex}
        ref={(button) => {
          if (hasFocus && !anchor) button?.focus({ preventScroll: true });
        }}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        sx={{ minHeight: 24, paddingBlock: 0 }}
      >
        Change
      </Button>
      {anchor && (
        <Menu open anchorEl={anchor} onClose={() => setAnchor(null)}>
          {actions.map(({ label, run }) => (
            <MenuItem
              key={label}
              onClick={() => {
                setAnchor(null);
                run();
              }}
            >
              {label}
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}
