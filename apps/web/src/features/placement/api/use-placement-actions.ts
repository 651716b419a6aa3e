import type { AnswerPlacement, Audience, PlacementView } from '@kubedan/contracts';
import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useToasts } from '../../../components/toasts';
import { api } from '../../../lib/api';
import { placementKey } from './use-placement';
import { placementsKey } from './use-placements';

/** Begins a self-test and goes to its first question. */
export function useBegin(): UseMutationResult<PlacementView, Error, Audience> {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (audience: Audience) => api<PlacementView>('/placements', { method: 'POST', body: { audience } }),
    onSuccess: (view) => {
      client.setQueryData(placementKey(view.id), view);
      void navigate(`/self-test/${view.id}`);
    },
    onError: (error) => toasts.bad(error),
    // Another window may have begun one.
    onSettled: () => client.invalidateQueries({ queryKey: placementsKey }),
  });
}

/** Sends an answer; the view that comes back has its explanation and the next question. */
export function useAnswer(id: string): UseMutationResult<PlacementView, Error, AnswerPlacement> {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (body: AnswerPlacement) => api<PlacementView>(`/placements/${id}/answer`, { method: 'POST', body }),
    onSuccess: (view) => {
      client.setQueryData(placementKey(id), view);
      void client.invalidateQueries({ queryKey: placementsKey });
    },
    onError: (error) => {
      toasts.bad(error);
      // Answered in another window perhaps: then another question waits.
      void client.invalidateQueries({ queryKey: placementKey(id) });
    },
  });
}

/** Gives an unfinished self-test up. */
export function useGiveUp(): UseMutationResult<PlacementView, Error, string> {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (id: string) => api<PlacementView>(`/placements/${id}`, { method: 'DELETE' }),
    onSuccess: (view) => client.setQueryData(placementKey(view.id), view),
    onError: (error) => toasts.bad(error),
    onSettled: () => client.invalidateQueries({ queryKey: placementsKey }),
  });
}
