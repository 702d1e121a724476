import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import type { Word } from './dashboard.words.ts';

export function FirstGlance({ words }: { words: Word[] }) {
  return (
    <Typography variant="h1" component="p" sx={{ fontWeight: 400, textWrap: 'pretty' }} aria-live="polite">
      {words.map(({ text, to, side }, index) =>
        to ? (
          <Link
            key={index}
            component={RouterLink}
            to={to}
            underline="always"
            sx={{ fontWeight: 600, color: side && side !== 'none' ? `${side}.main` : 'text.primary' }}
          >
            {text}
          </Link>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </Typography>
  );
}
