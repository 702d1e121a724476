import type { Endpoint } from '@opex/contracts/endpoint';
import type { FileFormat } from '@opex/contracts/files';
import Button from '@mui/material/Button';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { type Query, takeFile } from '../../lib/api.ts';
import { useFile } from '../../lib/use-file.ts';
import { counted } from '../words/counted.ts';

const formats: Record<FileFormat, string> = { xlsx: 'Excel workbook', csv: 'CSV' };

type Props = {
  endpoint: Endpoint;
  /** The filters and the order of the list. */
  query: Query;
  /** Those on screen, in their order. */
  columns: readonly string[];
  total: number | undefined;
};

/** Takes the whole list away as a file: all rows that the filter finds, and the columns on screen. */
export function FileMenu({ endpoint, query, columns, total }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { isPending, mutate } = useFile((format: FileFormat) =>
    takeFile(endpoint, { query: { ...query, columns: columns.join(), format }, params: undefined, body: undefined }),
  );
  return (
    <>
      <Button
        aria-haspopup="menu"
        disabled={isPending || !total}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        {isPending ? 'Exporting…' : 'Export'}
      </Button>
      {anchor && (
        <Menu open anchorEl={anchor} onClose={() => setAnchor(null)} onClick={() => setAnchor(null)}>
          {Object.entries(formats).map(([format, name]) => (
            <MenuItem key={format} onClick={() => mutate(format as FileFormat)}>
              <ListItemText
                primary={name}
                secondary={`${counted(total ?? 0, 'row', 'rows')}, the columns on screen, amounts in full`}
              />
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}
