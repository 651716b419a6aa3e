import type { FileContent, WorkspaceFile } from '@kubedan/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, encodePath } from '../../../lib/api';
import { sessionsSocket } from '../../../lib/sockets';

interface WorkspaceList {
  files: WorkspaceFile[];
  truncated: boolean;
}

/**
 * The files of a session's workspace, asked for again whenever one changes outside the editor.
 * @param isWanted false: nothing is asked
 */
export function useFiles(sessionId: string, isWanted: boolean): UseQueryResult<WorkspaceList> {
  const client = useQueryClient();
  useEffect(() => {
    const socket = sessionsSocket();
    const changed = (change: { sessionId: string }): void => {
      if (change.sessionId !== sessionId) return;
      void client.invalidateQueries({ queryKey: ['files', sessionId] });
      void client.invalidateQueries({ queryKey: ['file', sessionId] });
    };
    socket.on('files', changed);
    return () => void socket.off('files', changed);
  }, [client, sessionId]);
  return useQuery({
    queryKey: ['files', sessionId],
    queryFn: ({ signal }) => api<WorkspaceList>(`/sessions/${sessionId}/files`, { signal }),
    enabled: isWanted,
  });
}

export function useFile(sessionId: string, path: string): UseQueryResult<FileContent> {
  return useQuery({
    queryKey: ['file', sessionId, path],
    queryFn: ({ signal }) => readFile(sessionId, path, signal),
    staleTime: 0,
  });
}

const addressOf = (sessionId: string, path: string): string => `/sessions/${sessionId}/files/${encodePath(path)}`;

export function readFile(sessionId: string, path: string, signal?: AbortSignal): Promise<FileContent> {
  return api<FileContent>(addressOf(sessionId, path), signal ? { signal } : {});
}

/**
 * @param version of the text that was read; absent for a new file
 * @throws ProblemError with the code `conflict` when the file has changed since, or a new one is there already
 */
export function writeFile(sessionId: string, path: string, text: string, version?: string): Promise<FileContent> {
  return api<FileContent>(addressOf(sessionId, path), {
    method: 'PUT',
    body: { text, ...(version === undefined ? {} : { version }) },
  });
}

export function deleteFile(sessionId: string, path: string): Promise<void> {
  return api(addressOf(sessionId, path), { method: 'DELETE' });
}
