import Box from '@mui/material/Box';
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/states.tsx';
import { ApiError } from '../lib/api.ts';

type Props = { children: ReactNode };

/** Shown when a page breaks, or when its code is gone because a newer version was installed. Loading again cures both. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: isCodeMissing(error) ? new ApiError(notLoaded) : error };
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

/** What the browsers say when a part of the app could not be loaded. */
const isCodeMissing = (error: unknown) =>
  error instanceof TypeError && /dynamically imported module|importing a module script/i.test(error.message);

const notLoaded = {
  type: 'about:blank',
  status: 0,
  title: 'No connection',
  detail: 'This page could not be loaded. Check the connection and try again.',
  instance: '',
  requestId: '',
};
