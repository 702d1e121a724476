import { type ChooseBody, type ImportRecord, importEndpoints } from '@opex/contracts/imports';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';

/** What can be done with an import before it is applied. The version that is on screen goes with it. */
export function useSteps({ id, version }: ImportRecord) {
  const choosing = useWrite((body: ChooseBody) => callApi(importEndpoints.choose, { params: { id }, version, body }));
  const cancelling = useWrite(() => callApi(importEndpoints.cancel, { params: { id }, version }));
  const latest = choosing.submittedAt > cancelling.submittedAt ? choosing : cancelling;
  return {
    choose: (body: ChooseBody) => choosing.mutate(body),
    cancel: () => cancelling.mutate(),
    isBusy: choosing.isPending || cancelling.isPending,
    error: latest.error,
  };
}
export type Steps = ReturnType<typeof useSteps>;
