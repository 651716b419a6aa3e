import { z } from 'zod';

/** What the living picture shows of a pod; state is the STATUS column of `kubectl get pods`. */
export const podPictureSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  node: z.string().optional(),
  state: z.string(),
  ready: z.boolean(),
  restarts: z.int(),
  owner: z.string().optional(),
  terminating: z.boolean(),
  images: z.array(z.string()),
});
export type PodPicture = z.infer<typeof podPictureSchema>;
export const nodePictureSchema = z.object({
  name: z.string(),
  ready: z.boolean(),
  cordoned: z.boolean(),
  zone: z.string().optional(),
  controlPlane: z.boolean(),
});
export type NodePicture = z.infer<typeof nodePictureSchema>;
/** System namespaces are left out. Sent whole, at most ten times a second. */
export const clusterPictureSchema = z.object({
  sessionId: z.string(),
  at: z.string(),
  nodes: z.array(nodePictureSchema),
  pods: z.array(podPictureSchema),
});
export type ClusterPicture = z.infer<typeof clusterPictureSchema>;
