import Box from '@mui/material/Box';
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/states.tsx';

type Props = { children: ReactNode };

/** A page that broke, or whose code is gone because a newer version was installed: loading again cures both. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <Box sx={{ padding: 4 }}>
        <ErrorState error={this.state.error} onRetry={() => window.location.reload()} />
      </Box>
    );
  }
}
