import Button from '@mui/material/Button';

type Props = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } };

export function MoreButton({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      onClick={() => void query.fetchNextPage()}
      disabled={query.isFetchingNextPage}
      sx={{ alignSelf: 'flex-start' }}
    >
      Show older
    </Button>
  );
}
