import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormLabel from '@mui/material/FormLabel';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { fieldGroups, fieldsUnder, titleOf } from '../../../domain/sheet/columns/fields.ts';
import type { useTrackerView } from './use-tracker-view.ts';

type View = ReturnType<typeof useTrackerView>;
type Props = Pick<View, 'horizon' | 'shown' | 'usual' | 'setShown' | 'toggleColumn'> & { fy: string | undefined };

export function ColumnChooser({ horizon, shown, usual, setShown, toggleColumn, fy }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const fields = fieldsUnder(horizon);
  const hasFields = (group: string) => fields.some((field) => field.group === group);

  return (
    <>
      <Button aria-haspopup="dialog" onClick={(event) => setAnchor(event.currentTarget)}>
        Columns
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      >
        <Stack spacing={2} sx={{ padding: 4 }} role="dialog" aria-label="Columns">
          <Stack direction={{ xs: 'column', md: 'row' }} spacing={4}>
            {columnsOfGroups.map((groups) => (
              <Stack key={groups.join()} spacing={2}>
                {groups.filter(hasFields).map((group) => (
                  <FormGroup key={group}>
                    <FormLabel>{group}</FormLabel>
                    {fields
                      .filter((field) => field.group === group)
                      .map((field) => (
                        <FormControlLabel
                          key={field.field}
                          label={titleOf(field, fy)}
                          control={
                            <Checkbox
                              checked={shown.includes(field.field)}
                              disabled={field.field === 'uid'}
                              onChange={(_, isOn) => toggleColumn(field.field, isOn)}
                              sx={{ paddingBlock: 0.5 }}
                            />
                          }
                        />
                      ))}
                  </FormGroup>
                ))}
              </Stack>
            ))}
          </Stack>
          <Button onClick={() => setShown(usual)} sx={{ alignSelf: 'flex-start' }}>
            The usual columns
          </Button>
        </Stack>
      </Popover>
    </>
  );
}

const columnsOfGroups = [fieldGroups.slice(0, 2), fieldGroups.slice(2, 4), fieldGroups.slice(4)];
