import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, type SyntheticEvent, type ReactNode } from 'react';
import { wordsOf } from '../../components/states.tsx';

type Props = {
  title: string;
  /** The form lies above a page, which has the main landmark already. */
  isLayer?: boolean;
  hint?: ReactNode;
  error?: unknown;
  onSubmit: () => void;
  children: ReactNode;
};

/** The form of a page outside the app, such as the sign-in. */
export function SessionForm({ title, isLayer = false, hint, error, onSubmit, children }: Props) {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} - OPEX Manager`;
    return () => void (document.title = before);
  }, [title]);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Box
      component={isLayer ? 'div' : 'main'}
      sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', padding: 3 }}
    >
      <Paper
        component="form"
        variant="outlined"
        onSubmit={submit}
        noValidate
        sx={{ padding: 6, width: 1, maxWidth: 380 }}
      >
        <Stack spacing={4}>
          <div>
            <Typography variant="body2" color="textSecondary">
              OPEX Manager
            </Typography>
            <Typography variant="h1">{title}</Typography>
          </div>
          {hint && <Typography color="textSecondary">{hint}</Typography>}
          {children}
          {error !== null && error !== undefined && (
            <Typography role="alert" color="error">
              {typeof error === 'string' ? error : wordsOf(error)}
            </Typography>
          )}
        </Stack>
      </Paper>
    </Box>
  );
}
