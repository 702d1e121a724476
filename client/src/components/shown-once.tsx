import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';

type Props = { label: string; secret: string; onDone: () => void };

/** A secret that is never shown again. */
export function ShownOnce({ label, secret, onDone }: Props) {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    // Plain http has no clipboard; the text can still be selected.
    if (!window.isSecureContext) return;
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  }
  return (
    <Alert severity="info" icon={false} variant="outlined" role="status">
      {label}. It is shown only now.
      <Box
        component="code"
        sx={{
          display: 'block',
          paddingBlock: 2,
          overflowWrap: 'anywhere',
          userSelect: 'all',
          typography: 'h2',
          fontFamily: 'monospace',
        }}
      >
        {secret}
      </Box>
      <Button variant="outlined" onClick={() => void copy()}>
        {isCopied ? 'Copied' : 'Copy'}
      </Button>{' '}
      <Button onClick={onDone}>Done</Button>
    </Alert>
  );
}
