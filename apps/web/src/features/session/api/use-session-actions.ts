import type { SessionView } from '@kubedan/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToasts } from '../../../components/toasts';
import { api } from '../../../lib/api';
import { newerView } from '../apply-event';
import { sessionKey } from './use-session';

type Action = 'submit' | 'reset' | 'suspend' | 'resume' | 'extend' | 'hint' | 'answer' | 'abandon';
export interface ActionRequest {
  action: Action;
  body?: { taskId: string } | { checkId: string; options: string[] };
}

/** What a learner can do with a session. The answer is its view; what follows comes as events. */
export function useSessionActions(id: string): {
  act: (request: ActionRequest) => Promise<SessionView | undefined>;
  pending: Action | undefined;
} {
  const client = useQueryClient();
  const toasts = useToasts();
  const mutation = useMutation({
    mutationFn: ({ action, body }: ActionRequest) =>
      action === 'abandon'
        ? api<SessionView>(`/sessions/${id}`, { method: 'DELETE' })
        : api<SessionView>(`/sessions/${id}/${action}`, { method: 'POST', ...(body ? { body } : {}) }),
    onSuccess: (view) => {
      client.setQueryData<SessionView>(sessionKey(id), (known) => newerView(known, view));
      void client.invalidateQueries({ queryKey: ['sessions'] });
      void client.invalidateQueries({ queryKey: ['labs'] });
    },
    onError: (error) => toasts.bad(error),
  });
  return {
    act: (request) => mutation.mutateAsync(request).catch(() => undefined),
    pending: mutation.isPending ? mutation.variables.action : undefined,
  };
}
