import type { SessionView } from '@kubedan/contracts';
import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useToasts } from '../../../components/toasts';
import { api } from '../../../lib/api';

/** Starts a session at a lab and goes to its page. */
export function useStartSession(): UseMutationResult<SessionView, Error, string> {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (lab: string) => api<SessionView>('/sessions', { method: 'POST', body: { lab } }),
    onSuccess: (session) => {
      client.setQueryData(['session', session.id], session);
      void client.invalidateQueries({ queryKey: ['sessions'] });
      void client.invalidateQueries({ queryKey: ['labs'] });
      void navigate(`/sessions/${session.id}`);
    },
    onError: (error) => toasts.bad(error),
  });
}
