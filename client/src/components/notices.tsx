import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { dismissNotice, useNotice } from '../lib/notices.ts';

const briefMs = 5_000;
const longMs = 12_000;

/** Shows what `notify` says, wherever in the app it was said. */
export function Notices() {
  const notice = useNotice();
  if (!notice) return null;
  const { id, text, tone, action } = notice;
  return (
    <Snackbar
      key={id}
      open
      anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
      autoHideDuration={tone === 'error' || action ? longMs : briefMs}
      onClose={(_, why) => {
        if (why !== 'clickaway') dismissNotice();
      }}
    >
      <Alert
        severity={tone}
        variant="outlined"
        icon={false}
        role={tone === 'error' ? 'alert' : 'status'}
        onClose={() => dismissNotice()}
        sx={{ bgcolor: 'background.paper', boxShadow: 3, alignItems: 'center' }}
        {...(action && {
          action: (
            <Button
              onClick={() => {
                dismissNotice();
                action.run();
              }}
            >
              {action.label}
            </Button>
          ),
        })}
      >
        {text}
      </Alert>
    </Snackbar>
  );
}
