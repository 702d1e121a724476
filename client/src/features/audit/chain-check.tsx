import { auditEndpoints, type AuditVerdict } from '@opex/contracts/audit';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation } from '@tanstack/react-query';
import { wordsOf } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';

/** Checks the log: each entry carries the hash of the one before it, and seals show that nobody has rebuilt the whole chain. */
export function ChainCheck() {
  const check = useMutation({ mutationFn: () => callApi(auditEndpoints.verify) });
  const isBad = check.isError || check.data?.intact === false;
  return (
    <>
      <Typography role={isBad ? 'alert' : 'status'} color={isBad ? 'error' : 'textSecondary'}>
        {check.error ? wordsOf(check.error) : check.data && verdictWords(check.data)}
      </Typography>
      <Button variant="outlined" onClick={() => check.mutate()} disabled={check.isPending}>
        {check.isPending ? 'Checking' : 'Check the chain'}
      </Button>
    </>
  );
}

export function verdictWords(verdict: AuditVerdict): string {
  const { intact, entries, firstBadId, reason, checkedAt } = verdict;
  const at = `checked ${formatDateTime(checkedAt)}`;
  if (intact) return [`Intact: all ${entries} entries follow each other, ${at}`, ...proofWords(verdict)].join('. ');
  return `Broken at entry ${firstBadId}: ${reason ?? 'it does not fit the chain'}; ${at}`;
}

/** How far "intact" reaches. */
function proofWords({ sealedThrough, publishedThrough, rewritingPrevented }: AuditVerdict): string[] {
  const published = publishedThrough === null ? '' : `, and published through entry ${publishedThrough}`;
  return [
    sealedThrough === null ? 'Nothing is sealed' : `Sealed through entry ${sealedThrough}${published}`,
    ...(rewritingPrevented ? [] : ['The database does not prevent rewriting: ask your administrator']),
  ];
}
