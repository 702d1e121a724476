import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, type ReactNode } from 'react';

type Props = {
  title: string;
  /** One short line beside or below the title. */
  detail?: ReactNode;
  /** Buttons and switches of the page, at the right. */
  children?: ReactNode;
};

export function PageHeader({ title, detail, children }: Props) {
  useEffect(() => {
    document.title = `${title} - OPEX Manager`;
  }, [title]);

  return (
    <Box component="header" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3, rowGap: 1 }}>
      <Typography variant="h1">{title}</Typography>
      {detail && (
        <Typography variant="body2" color="textSecondary" component="div">
          {detail}
        </Typography>
      )}
      {children && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', marginInlineStart: 'auto' }}>
          {children}
        </Box>
      )}
    </Box>
  );
}
