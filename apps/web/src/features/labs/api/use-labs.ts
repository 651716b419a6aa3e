import type { LabList } from '@kubedan/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../../lib/api';

export function useLabs(): UseQueryResult<LabList> {
  return useQuery({ queryKey: ['labs'], queryFn: ({ signal }) => api<LabList>('/labs', { signal }) });
}
